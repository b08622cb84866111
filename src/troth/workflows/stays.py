"""What stays of a person's data under a plan, and why: the decision, the letter and the certificate tell the same of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from troth.documents.letter import Row
from troth.documents.words import in_both
from troth.law.rules import cited
from troth.planning.outcomes import bare
from troth.terms.bilingual import Both
from troth.workflows.grounds import citation_said

Step = Mapping[str, Any]

_STILL: Final = "still_personal"
_WHYS: Final[Mapping[str, str]] = {
    "minimise": "still personal",
    "pseudonymise": "pseudonymised by a written decision",
    "leave": "left to customers",
}
_SAID: Final[Mapping[str, Both]] = {
    "minimise": Both("rækkerne er stadig oplysninger om dig", "the rows are still data about you"),
    "pseudonymise": Both(
        "pseudonymiseret efter en skriftlig beslutning, og stadig oplysninger om dig",
        "pseudonymised by a written decision, and still data about you",
    ),
}
_WHOLE: Final = Both("hele rækken", "the whole row")
_REST: Final = Both("det, der er tilbage af rækken", "what is left of the row")
_OPEN: Final = Both("indtil videre", "until further notice")


def staying(plan: Sequence[Step]) -> list[Step]:
    """The steps that leave something of the person: on a ground, with a customer, or emptied and still theirs."""
    return [step for step in plan if step.get("law") or bare(step)]


def grounds(told: Mapping[str, Any]) -> tuple[str, ...]:
    """On what something stays under a plan, as it was told: the ids of laws; of what is only still personal, of the law that says so."""
    bared = [_STILL for step in staying(told["plan"]) if not step.get("law")]
    return tuple(sorted({*told["grounds"], *bared}))


def why(step: Step) -> str:
    """Why it stays, in the words of `documents.words.STAYS`."""
    if step.get("hold"):
        return "postponed by a legal hold"
    return _WHYS.get(step["action"], "kept by law")


def told(step: Step, regime: str) -> Row:
    """The same for a letter: where, which fields, why, by which law of the regime, until when."""
    fields: str | Both = ", ".join(step.get("columns", ())) or _WHOLE
    said, until = in_both(step["reason"]), date.fromisoformat(step["until"]) if step["until"] else _OPEN
    if bare(step):
        fields, said = _REST, _SAID[step["action"]]
    law = citation_said(cited(str(step["law"] or _STILL), regime))
    return {
        "what": f"{step['system']}.{step['dataset']}",
        "fields": fields,
        "why": said,
        "law": law,
        "until": until,
    }
