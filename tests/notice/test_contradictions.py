"""Promises that contradict are found by their fields: those of the source notice's audit, and none in promises that agree."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from notice_folder import HEAD, written

from troth.notice.findings import Finding, Known, check
from troth.notice.loading import load
from troth.retention.rules import EVENTS

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "notice" / "promises.json"
TODAY = date(2026, 11, 23)
LISTS = """\
purposes:
  chat: {da: Chat, en: Chat}
  deliver: {da: Levering, en: Delivery}
  login: {da: Login, en: Login}
  support: {da: Support, en: Support}
  messages: {da: Beskeder, en: Messages}
  repair: {da: Fejl, en: Repair}
  security: {da: Sikkerhed, en: Security}
  claims: {da: Krav, en: Claims}
  marketing: {da: Reklame, en: Marketing}
categories:
  account: {da: Konto, en: Account, fields: [email]}
  content: {da: Modtaget indhold, en: Content received, fields: [email]}
  usage: {da: Brug, en: Usage, fields: [email]}
  address: {da: IP-adresser, en: IP addresses, fields: [email]}
recipients:
  google: {da: Google, en: Google, role: processor, countries: [IE]}
  partners: {da: Partnere, en: Partners, role: third_party, countries: [DK]}
points:
  chat: {da: Chat, en: Chat}
  cookies: {da: Cookies, en: Cookies}
  support: {da: Support, en: Support}
"""
"""What the promises speak of. What follows is each promise's sentence and control, as fields."""
FIELDS: dict[str, dict[str, Any]] = {
    "P6": {"points": ["support"], "categories": ["content"], "retention": {"after": "account_closed"}},
    "P11": {"points": ["chat"], "never": {"categories": ["address"]}, "control": {"name": "chat-anonymous"}},
    "P23": {"purposes": ["security"], "categories": ["usage", "address"]},
    "P29": {"points": ["support"], "categories": ["content"], "retention": {"keep": "PT0S", "after": "ticket_resolved"}},
    "P35": {"points": ["cookies"], "categories": ["usage"], "recipients": ["partners", "google"], "purposes": ["marketing"]},
    "P42": {"points": ["cookies"], "categories": ["usage"], "recipients": ["google"], "only": ["recipients"]},
    "P43": {"law": {"name": "us_ca.ccpa", "as_of": "2020-01-01"}},
    "P40": {"law": {"name": "dk.analytics", "as_of": "2020-01-01"}, "control": {"name": "mask-address", "parameters": {"ipv4": 24}}},
    "P44": {"control": {"name": "request-access", "parameters": {"law": "us_ca"}}},
    "P46": {"acts": ["sale"], "control": {"name": "request-opt-out"}},
    "P47": {"control": {"name": "request-access", "parameters": {"law": "us_ca"}}},
    "P54": {"never": {"acts": ["sale"]}, "control": {"name": "disclosures"}},
    "P60": {"only": ["purposes"]},
    "P61": {"purposes": ["deliver"], "only": ["purposes"]},
    "P62": {"purposes": ["login"], "only": ["purposes"]},
    "P63": {"purposes": ["support"], "only": ["purposes"]},
    "P64": {"purposes": ["messages"], "only": ["purposes"]},
    "P65": {"purposes": ["repair"], "only": ["purposes"]},
    "P66": {"purposes": ["security"], "only": ["purposes"]},
    "P69": {"purposes": ["claims"], "only": ["purposes"]},
    "P71": {"purposes": ["marketing"], "basis": "consent"},
    "P87": {"categories": ["account"], "retention": {"after": "account_closed", "reasons": ["legal_obligation", "dispute", "operations"]}},
    "P96": {"control": {"name": "erase"}},
    "P103": {"purposes": ["marketing"], "control": {"name": "unsubscribe"}},
}  # fmt: skip


def audited(folder: Path) -> tuple[Finding, ...]:
    """The findings on all 111 promises of the source notice, fields filled in where the audit speaks of them."""
    if not SHARED.is_file():
        pytest.skip("the source notice's promises lie outside the project and are not here")
    source = json.loads(SHARED.read_text(encoding="utf-8"))["promises"]
    promises = [{"id": one["id"], "kind": one["kind"], **FIELDS.get(one["id"], {})} for one in source]
    assert len(promises) == 111
    assert FIELDS.keys() <= {one["id"] for one in promises}
    words = "\n".join(f"{one['da'].splitlines()[0]} {{{one['id']}}}" for one in source)
    head = HEAD[: HEAD.index("purposes:")] + LISTS
    folder = written(
        folder, head=head, promises=yaml.safe_dump(promises, sort_keys=False), da=words, en=words
    )
    return check(load(folder), Known(("email",), None, EVENTS), TODAY)


def told(found: tuple[Finding, ...], name: str) -> list[str]:
    return sorted(one.message.en for one in found if one.id == name)


def test_the_contradictions_of_the_audit_are_found(tmp_path: Path) -> None:
    found = audited(tmp_path / "notice")
    pairs = {frozenset(text.split(" contradict", 1)[0].split(" and ")) for text in told(found, "notice.N006")}
    wanted = [
        ("P6", "P29"),  # 1: at once, and yet recorded for a reasonable period
        ("P42", "P35"),  # 2: no other services, and yet partners
        ("P54", "P46"), ("P54", "P35"),  # 3: no sale, a choice about sale, and partners
        ("P60", "P35"), ("P60", "P103"),  # 4: a closed list of purposes, and marketing that is not on it
        ("P11", "P23"),  # 5: an anonymous chat, and addresses in the logs
        ("P96", "P87"),  # 6: kept for operations, which is no ground against erasure
    ]  # fmt: skip
    assert pairs == {frozenset(pair) for pair in wanted}


def test_its_stale_lines_and_repetitions_are_found(tmp_path: Path) -> None:
    found = audited(tmp_path / "notice")
    stale = told(found, "notice.N014")  # 7: the law of 2020, the mask of another time
    assert [text.split(" ", 1)[0] for text in stale] == ["P40", "P43"]
    assert "2026-01-01" in stale[1]
    assert told(found, "notice.N015") == ["P47 says the same as P44"]


def test_a_language_that_says_something_else_is_found(tmp_path: Path) -> None:
    """8: the sentence about on-premise is garbled; bound to its promise in one language only, that shows."""
    if not SHARED.is_file():
        pytest.skip("the source notice's promises lie outside the project and are not here")
    audited(tmp_path / "notice")
    path = tmp_path / "notice" / "en.md"
    path.write_text(path.read_text(encoding="utf-8").replace("{P16}", "{none}"), encoding="utf-8")
    found = check(load(tmp_path / "notice"), Known(("email",), None, EVENTS), TODAY)
    assert [(one.message.en, one.language) for one in found if one.id == "notice.N003"] == [
        ("P16 has no sentence in this language", "en")
    ]


def pair(folder: Path, first: str, second: str) -> list[str]:
    """Why two promises contradict."""
    head = HEAD[: HEAD.index("purposes:")] + LISTS
    text = f"- {{id: P1, kind: C, {first}}}\n- {{id: P2, kind: C, {second}}}\n"
    found = check(load(written(folder, head=head, promises=text)), Known(("email",), None, EVENTS), TODAY)
    return told(found, "notice.N006")


def kept(length: str, event: str, more: str = "categories: [content]") -> str:
    return f"{more}, retention: {{{length}after: {event}}}"


ONE, TWO = "keep: P1D, ", "keep: P2D, "
ERASES = "}\n- {id: P3, kind: R, control: {name: erase}"
CLASH = {
    "two lengths": (kept(ONE, "ticket_resolved"), kept(TWO, "ticket_resolved")),
    "a length and none": (kept(ONE, "ticket_resolved"), kept("", "account_closed")),
    "a closed list": ("recipients: [google], only: [recipients]", "recipients: [partners]"),
    "a closed list of data": ("points: [chat], categories: [content], only: [categories]", "points: [chat], categories: [usage]"),
    "what is ruled out": ("never: {purposes: [marketing]}", "purposes: [marketing]"),
    "an act ruled out": ("never: {acts: [profiling]}", "acts: [profiling]"),
    "given for value": ("never: {acts: [sale]}", "recipients: [partners]"),
    "a reason that is no ground": (f"title: {{en: x}}{ERASES}", "retention: {after: account_closed, reasons: [operations]}"),
}  # fmt: skip
AGREE = {
    "the same length": (kept(ONE, "chat_ended"), kept(ONE, "chat_ended", "categories: [content], points: [chat]")),
    "other places": (
        kept(ONE, "chat_ended", "categories: [content], points: [chat]"),
        kept(TWO, "chat_ended", "categories: [content], points: [support]"),
    ),
    "other data": (kept(ONE, "chat_ended", "categories: [usage]"), kept(TWO, "chat_ended")),
    "while the account is active": ("categories: [content], retention: {while: active}", kept(TWO, "account_closed")),
    "a closed list that is kept to": ("recipients: [google, partners], only: [recipients]", "recipients: [partners]"),
    "a closed list elsewhere": ("points: [chat], recipients: [google], only: [recipients]", "points: [support], recipients: [partners]"),
    "consent opens purposes": ("purposes: [deliver], only: [purposes]", "purposes: [marketing], basis: consent"),
    "ruled out elsewhere": ("points: [chat], never: {categories: [address]}", "points: [support], categories: [address]"),
    "a processor is no third party": ("never: {acts: [sale]}", "recipients: [google]"),
    "a third party with consent": ("never: {acts: [sale]}", "recipients: [partners], basis: consent"),
    "kept for a time of its own": (f"title: {{en: x}}{ERASES}", "retention: {keep: P1Y, after: account_closed, reasons: [operations]}"),
}  # fmt: skip


@pytest.mark.parametrize("case", CLASH)
def test_what_contradicts(case: str, tmp_path: Path) -> None:
    assert pair(tmp_path / "notice", *CLASH[case])


@pytest.mark.parametrize("case", AGREE)
def test_what_agrees(case: str, tmp_path: Path) -> None:
    assert pair(tmp_path / "notice", *AGREE[case]) == []
