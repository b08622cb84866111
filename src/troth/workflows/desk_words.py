"""What an officer says for a letter of a case is sealed in the case, and names nobody by an address or a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from troth.documents.letter import reveals
from troth.documents.letter_texts import RESTRICTIONS
from troth.terms.errors import UsageError
from troth.workflows.cases import amend, at_desk, file_of
from troth.workflows.house import House


def say(house: House, name: str, kind: str, given: Mapping[str, str]) -> None:
    """What only an officer can tell for the letter of a kind: sealed in the case, and told in that letter."""
    from django.db import transaction

    if any(reveals(given.get(name, "")) for name in ("answer", "where", "why", "balancing")):
        raise UsageError(
            "a letter repeats no e-mail address and no number by which somebody is known", place="answer"
        )
    told = {letter: facts for letter, facts in _facts(kind, given).items() if facts}
    if not told:
        return
    with at_desk(house) as books, transaction.atomic():
        known = file_of(books, name, lock=True).asker.get("facts", {})
        amend(books, name, {"facts": {**known, **told}})


def _facts(kind: str, given: Mapping[str, str]) -> Mapping[str, Any]:
    words = given.get("answer", "").strip()
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    if kind == "shine":
        return _shine(lines, given)  # that nobody received anything is an answer too
    if not lines:
        return {}
    place = given.get("where", "").strip() or "*"
    told: Mapping[str, Mapping[str, Any]] = {
        "rectification": {"rectified": {"corrected": [{"what": line, "where": place} for line in lines]}},
        "restriction": _restricted(lines, given) if kind == "restriction" else {},
        "objection": {
            "objection_upheld": {"stopped": lines},
            "objection_rejected": {
                "continued": lines, "balancing": [given.get("balancing", "").strip() or given.get("why", "").strip()],
                "grounds": [{"why": given.get("why", "").strip(), "law": given.get("ground", "")}],
            },
        },
        "question": {"answered": {"answer": lines}},
    }  # fmt: skip
    return told.get(kind, {})


def _restricted(lines: Sequence[str], given: Mapping[str, str]) -> Mapping[str, Mapping[str, Any]]:
    """What is restricted, and on which of the law's four grounds: the letter names it (GDPR Art. 18(1))."""
    if given.get("because", "") not in RESTRICTIONS:
        raise UsageError("say on which ground the use is restricted", place="because")
    return {"restricted": {"restricted": lines, "restricted_because": [given["because"]]}}


def _shine(lines: Sequence[str], given: Mapping[str, str]) -> Mapping[str, Any]:
    """Who received data for their own marketing in a year: a line each, and which kinds of data (Civ. Code 1798.83)."""
    year = int(given["year"]) if given.get("year", "").isdecimal() else 0
    if not year:
        return {}
    rows, kinds = [], dict[str, None]()
    for line in lines:
        who, address, sells, data = (part.strip() for part in (line + ";;;").split(";")[:4])
        if not (who and address and data):
            raise UsageError(
                "each line names a firm, its address, what it sells and the kinds of data it got",
                place="answer",
            )
        rows.append({"who": who, "address": address, "line": sells})
        kinds |= dict.fromkeys(one.strip() for one in data.split(","))
    days = {"first_day": f"{year}-01-01", "last_day": f"{year}-12-31"}
    return {"disclosures": {**days, "third_parties": rows, "disclosed_categories": list(kinds)}}
