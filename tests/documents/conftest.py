"""A certificate with something of everything in it, and a reader of pages that notices what browsers forgive."""

from __future__ import annotations

import copy
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest

VOID = {"meta", "br", "hr", "wbr"}
PROOF = """c2sp.org/tlog-proof@v1
index 1
gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=

example.com/ledger
2
sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=

— example.com/ledger hI2DJwAAAAAAAAAA
"""


def act(
    system: str,
    dataset: str,
    action: str,
    rows: int,
    columns: list[str],
    reason: str,
    law: str = "",
    until: str | None = None,
) -> dict[str, Any]:
    return {
        "system": system, "dataset": dataset, "action": action, "rows": rows, "columns": columns,
        "reason": reason, "law": law, "until": until,
    }  # fmt: skip


CERTIFICATE: dict[str, Any] = {
    "format": "troth-certificate/1",
    "id": "0190f3a2-7d1c-7b52-9c38-2f6f1a4f7f11",
    "issued": "2026-11-22T18:00:00Z",
    "controller": "Nordlys & Sons",
    "run": "0190f3a1-11aa-7c11-8a10-77aa10b0c0d0",
    "about": [{"kind": "email", "masked": "a•••@e•••.dk", "salt": "c2FsdDE=", "commitment": "Y29tbWl0MQ=="}],
    "outcome": "erased, some kept by law",
    "searched": [{"system": "crm", "dataset": "customers", "columns": ["mail", "phone_no"], "found": 1203}],
    "not_searched": [
        {"what": "legacy_mailer", "reason": "not in the map"},
        {"what": "lake", "reason": "the store said <no>"},
    ],
    "acts": [
        act("crm", "customers", "erase", 1, [], "the customer's own row"),
        act("crm", "notes", "redact", 2, ["remark"], "holds a copy of the person's identifiers"),
        act("billing", "invoices", "anonymise", 7, ["bill_to"], "accounting: amounts and dates stay, the person goes"),
        act("crm", "deals", "unlink", 4, ["contact_id"], "referred to an erased row of customers"),
        act("billing", "orders", "keep", 3, ["total"], "kept because a law says so", "bogføringsloven § 12", "2031-12-31"),
        act("billing", "cases", "keep", 5, ["claim"], "a dispute", "GDPR Art. 17(3)(e)"),
    ],
    "open_questions": [
        {"id": "map.Q004", "place": "crm.notes.body", "text": "Does this prose speak of people?"},
    ],
    "verified": {"at": "2026-11-22T17:58:41Z", "remaining": 0, "kept": 8},
    "absence": [
        {
            "system": "sqlite-crm",
            "at": "2026-11-22T17:59:00Z",
            "done": ["the file was rewritten without free pages (VACUUM)"],
            "operator": [
                {
                    "what": "copies and backups of the file made before still hold the rows",
                    "by": "2026-12-22",
                    "how": "let them expire, and erase again in whatever is restored from them",
                }
            ],
        }
    ],
    "recognised": {"until": "2031-11-22", "basis": "GDPR Art. 17(1), 5(2)"},
    "complaint": {"eu": {"da": "Datatilsynet (datatilsynet.example)", "en": "Datatilsynet (datatilsynet.example)"}},
    "proof": {"leaf": "bGVhZg==", "salt": "c2FsdDI=", "tlog_proof": PROOF, "key": "example.com/ledger+848d8327+AUx1"},
}  # fmt: skip


class Page(HTMLParser):
    """Reads a page strictly: each tag is closed where it was opened. `texts` holds what stands in each language."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html = html
        self.open: list[tuple[str, str | None]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {"da": "", "en": ""}
        self.titles: list[str] = []
        self.feed(html)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        assert len(attributes) == len(attrs), f"an attribute twice: {attrs}"
        self.tags.append((tag, attributes))
        if tag not in VOID:
            shown = (attributes.get("class") or "").split()
            view = next((lang for lang in ("da", "en") if lang in shown), None)
            self.open.append((tag, view))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"closed but never opened: {tag}"
        assert self.open[-1][0] == tag, f"{tag} closed inside {self.open[-1][0]}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if any(tag in {"style", "title"} for tag, _ in self.open):
            return
        views = {view for _, view in self.open if view}
        for lang in views or {"da", "en"}:
            self.texts[lang] += data + " "

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def check(self, letter: str = "") -> None:
        """What any page of ours must be: one h1, headings in order, labels, no script, nothing fetched.

        A `letter` is in one language, and leads to pages and mailboxes outside.
        """
        names = [name for name, _ in self.tags]
        assert names.count("h1") == names.count("main") == names.count("title") == 1
        assert self.html.startswith("<!DOCTYPE html>")
        assert self.all("html") == [{"lang": letter or "da"}]
        levels = [int(name[1]) for name in names if name in {"h1", "h2", "h3", "h4"}]
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))
        ids = [attributes["id"] for _, attributes in self.tags if "id" in attributes]
        assert len(ids) == len(set(ids))
        assert not {"script", "link", "img", "iframe", "object", "embed", "form", "base"} & set(names)
        assert letter or "http" not in self.html.replace("http-equiv", "")
        assert "url(" not in self.html
        assert "@import" not in self.html
        for _, attributes in self.tags:
            assert not [name for name in attributes if name.startswith("on") or name in {"style", "src"}]
            target = attributes.get("href") or "#da"
            assert not target.startswith(("/", "\\")), target
            assert ":" not in target or (letter and target.startswith(("https://", "mailto:"))), target
        assert all(attributes.get("scope") in {"col", "row"} for attributes in self.all("th"))
        assert names.count("caption") == names.count("table")
        assert all(nav.get("aria-label") for nav in self.all("nav"))


@pytest.fixture
def certificate() -> dict[str, Any]:
    return copy.deepcopy(CERTIFICATE)


@pytest.fixture(scope="session")
def read() -> Callable[..., Page]:
    """A page, read and checked."""

    def checked(html: str, letter: str = "") -> Page:
        page = Page(html)
        page.check(letter)
        return page

    return checked
