"""The ground of a decision as people read it: in words with its article, never by the name that our own data gives it."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from troth.law.requests import refusal
from troth.law.rules import cited
from troth.terms.bilingual import Both
from troth.workflows.information import danish_article

_GDPR: Final = re.compile(r"GDPR Art\. \d+(?:\(\w+\))*(?:, \d+(?:\(\w+\))*)*")
_BETWEEN: Final = re.compile(r", (?!\d)")  # one source may name several articles: `GDPR Art. 28(3)(a), 29`
_ALSO: Final = {
    "Reg. (EEC, Euratom) 1182/71 Art. 3": "forordning (EØF, Euratom) nr. 1182/71 artikel 3",
    "by analogy": "efter analogi",
    "no number in the law": "loven nævner intet tal",
}


def ground_said(name: str, at: date) -> Both:
    """A ground to refuse, or what a law keeps, or several of them with a comma between; a name that is neither stays as it is."""
    said = [_one(one, at) for one in _BETWEEN.split(name)]
    return Both("; ".join(one.da for one in said), "; ".join(one.en for one in said))


def citation_said(citation: str) -> Both:
    """A source of law as people cite it."""
    return Both(_danish(citation), citation)


def _one(name: str, at: date) -> Both:
    if found := refusal(name, at):
        return Both(f"{found.da} ({_danish(found.citation)})", f"{found.en} ({found.citation})")
    return citation_said(cited(name))


def _danish(citation: str) -> str:
    """`GDPR Art. 12(2), 12(6)` as Danes cite it; a source that has no Danish name stays as it is."""
    said = "; ".join(_part(part) for part in citation.split("; "))
    for english, danish in _ALSO.items():
        said = said.replace(english, danish)
    return said


def _part(part: str) -> str:
    if not _GDPR.fullmatch(part):
        return part
    return "GDPR " + " og ".join(danish_article(one) for one in part.removeprefix("GDPR Art. ").split(", "))
