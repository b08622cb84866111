"""The ground of a decision as people read it: in words with its article, never by the name that our own data gives it."""

from __future__ import annotations

from datetime import date

from troth.law.requests import refusal
from troth.law.rules import cited
from troth.terms.bilingual import Both
from troth.workflows.information import danish_article

_GDPR = "GDPR Art. "


def ground_said(name: str, at: date) -> Both:
    """A ground to refuse, or what a law keeps, or several of them with a comma between; a name that is neither stays as it is."""
    said = [_one(one, at) for one in name.split(", ")]
    return Both("; ".join(one.da for one in said), "; ".join(one.en for one in said))


def _one(name: str, at: date) -> Both:
    if found := refusal(name, at):
        return Both(f"{found.da} ({_danish(found.citation)})", f"{found.en} ({found.citation})")
    return Both(_danish(cited(name)), cited(name))


def _danish(citation: str) -> str:
    """`GDPR Art. 12(2), 12(6)` as Danes cite it; any other source as it is."""
    return "; ".join(
        "GDPR " + " og ".join(danish_article(one) for one in part.removeprefix(_GDPR).split(", "))
        if part.startswith(_GDPR) else part
        for part in citation.split("; ")
    )  # fmt: skip
