"""What is wrong with a notice as data: each finding is made by one change to a notice that has none, and stands where it must."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from notice_folder import DA, EN, HEAD, PROMISES, written

from troth.notice.findings import Finding, Known, check
from troth.notice.kinds import FINDINGS
from troth.notice.loading import load
from troth.retention.rules import EVENTS

TODAY = date(2026, 11, 23)
KNOWN = Known(("full_name", "email"), None, EVENTS)
MORE = PROMISES + "- {id: P4, kind: C, control: {name: other, parameters: {n: 1}}}\n"
BOUND = {"da": DA.replace("{none}", "{P4}"), "en": EN.replace("{none}", "{P4}")}


def found(folder: Path, known: Known = KNOWN, **changes: str) -> tuple[Finding, ...]:
    return check(load(written(folder, **changes)), known, TODAY)


def more(text: str) -> dict[str, str]:
    """A fourth promise, bound in both languages."""
    return {"promises": PROMISES + text, **BOUND}


def p(old: str, new: str) -> dict[str, str]:
    return {"promises": _swapped(PROMISES, old, new)}


def h(old: str, new: str) -> dict[str, str]:
    return {"head": _swapped(HEAD, old, new)}


def d(old: str, new: str) -> dict[str, str]:
    return {"da": _swapped(DA, old, new)}


def e(old: str, new: str) -> dict[str, str]:
    return {"en": _swapped(EN, old, new)}


def _swapped(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new)


KEPT = "{keep: P90D, after: row_created}"
INTEREST = ", interest: {da: at passe på ovnene, en: to look after the ovens}"
CONTROL = "  control: {name: disclosures, deadline: PT0S}\n"
SWAPPED = EN.replace("{P1}", "{x}").replace("{P2}", "{P1}").replace("{x}", "{P2}")
STALE = "- {id: P4, kind: R, law: {name: us_ca.ccpa, as_of: 2020-01-01}}\n"
TWICE = "- {id: P4, kind: C, never: {acts: [sale]}, control: {name: disclosures, deadline: PT0S}}\n"
CASES: dict[str, tuple[str, dict[str, str], str]] = {
    "a sentence without a binding": ("notice.N001", d(" {P2}", ""), "da.md:4"),
    "a promise that is not there": ("notice.N002", d("{P2}", "{P2 P9}"), "da.md:4"),
    "a promise without a sentence": ("notice.N003", e("{P2}", "{none}"), "promises.yaml:10"),
    "languages that bind differently": ("notice.N004", {"en": SWAPPED}, "en.md:3"),
    "languages of unlike length": ("notice.N004", e("{none}", "{P3}"), "en.md:7"),
    "an absolute word without a deadline": ("notice.N005", p(", deadline: PT0S", ""), "da.md:6"),
    "an absolute word without a control": ("notice.N005", p(CONTROL, ""), "da.md:6"),
    "an empty fact": ("notice.N007", h("Kajen 4, 8000 Aarhus C", ""), "notice.yaml:8"),
    "a fact of blank spaces": ("notice.N007", h("Kajen 4, 8000 Aarhus C", '" \t "'), "notice.yaml:8"),
    "a fact empty in one language": ("notice.N007", h("{da: Danmark, en: Denmark}", "{da: Danmark}"), "notice.yaml:9"),
    "a fact that is not there": ("notice.N007", h("  authority.name: Datatilsynet\n", ""), "notice.yaml:1"),
    "no day": ("notice.N007", {**h("effective: 2027-01-01\n", ""), **e("A camera", "From [[effective]] a camera")}, "notice.yaml:1"),
    "no number": ("notice.N007", {**h('version: "1"\n', ""), **e("A camera", "In [[version]] a camera")}, "notice.yaml:1"),
    "no country of a recipient": ("notice.N007", h("countries: [DK]", "countries: []"), "notice.yaml:"),
    "a needless fact in a text": ("notice.N007", e("A camera", "[[dpo.contact]] A camera"), "en.md:4"),
    "an unknown fact in a text": ("notice.N008", e("A camera", "[[camera]] A camera"), "en.md:4"),
    "a purpose without a basis": ("notice.N009", p("  basis: contract\n", ""), "notice.yaml:"),
    "an interest that is not named": ("notice.N010", h(INTEREST, ""), "notice.yaml:"),
    "no length for a kind of data": ("notice.N011", p(f"  retention: {KEPT}\n", ""), "notice.yaml:"),
    "a reasonable period": ("notice.N012", p(KEPT, "{after: row_created}"), "promises.yaml:1"),
    "a rule that is not there": ("notice.N012", p(KEPT, "orders"), "promises.yaml:1"),
    "an event that is none": ("notice.N012", p("after: row_created", "after: easter"), "promises.yaml:1"),
    "a length from nowhere": ("notice.N012", p(", after: row_created", ""), "promises.yaml:1"),
    "a third country": ("notice.N013", h("[DK]", "[DK, US]"), "notice.yaml:"),
    "a law that has changed": ("notice.N014", more(STALE), "promises.yaml:"),
    "the same twice": ("notice.N015", more(TWICE), "promises.yaml:"),
    "no role": ("notice.N016", h("role: processor, ", ""), "notice.yaml:"),
    "what the map has not": ("notice.N017", h("[full_name, email]", "[full_name, shoe_size]"), "notice.yaml:"),
    "an unknown subject": ("notice.N017", h("guest: {da", "visitor: {da"), "notice.yaml:"),
    "two sentences on a line": ("notice.N020", d("Et kamera passer på ovnene.", "Et kamera passer på ovnene. Vi sælger alt."), "da.md:4"),
    "a heading that promises": ("notice.N021", e("# The bakery's notice", "# The bakery's notice {P1}"), "en.md:1"),
    "no term of DPV": ("notice.N019", h("dpv:ServiceProvision", "dpv:Baking"), "notice.yaml:"),
    "what nobody promises": ("notice.N018", {"head": HEAD + "  yard: {da: Gården, en: The yard}\n"}, "notice.yaml:"),
}  # fmt: skip


def test_the_notice_itself_has_none(tmp_path: Path) -> None:
    assert found(tmp_path / "notice") == ()
    assert found(tmp_path / "more", promises=MORE, **BOUND) == ()


@pytest.mark.parametrize("case", CASES)
def test_one_change_makes_one_finding(case: str, tmp_path: Path) -> None:
    name, changes, place = CASES[case]
    told = [one for one in found(tmp_path / "notice", **changes) if one.id == name]
    assert told, case
    assert any(
        f"{one.file}:{one.line}".endswith(place) or f"/{place}" in f"{one.file}:{one.line}" for one in told
    )
    for one in told:
        assert one.message.da != one.message.en
        assert all(
            "{" not in text.replace("{P1}", "").replace("{none}", "").replace("{not_needed: …}", "")
            for text in (*one.message, *one.hint)
        )


def test_every_kind_of_finding_has_a_case() -> None:
    """N006 has cases of its own: test_contradictions.py."""
    assert {name for name, _, _ in CASES.values()} == set(FINDINGS) - {"notice.N006"}


def test_a_system_that_the_map_has_not(tmp_path: Path) -> None:
    head = HEAD.replace("en: The shop}", "en: The shop, systems: [till]}")
    assert found(tmp_path / "a", head=head) == ()  # there is no map to hold it against
    with_map = Known(("full_name", "email"), ("crm",), EVENTS)
    assert [one.id for one in found(tmp_path / "b", with_map, head=head)] == ["notice.N017"]


def test_a_rule_for_the_law_as_it_will_be_is_not_stale(tmp_path: Path) -> None:
    text = "- {id: P4, kind: R, law: {name: us_ca.ccpa, as_of: 2026-01-01}}\n"
    assert not [one for one in found(tmp_path / "notice", **more(text)) if one.id == "notice.N014"]
