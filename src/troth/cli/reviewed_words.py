"""What `troth review` says around the changes, in Danish and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from troth.terms.bilingual import Both

REVIEW: Final[Mapping[str, Both]] = {
    "review_nothing": Both("Intet ændrer sig for mennesker.", "Nothing changes for people."),
    "review_error": Both("fejl", "error"),
    "review_warning": Both("advarsel", "warning"),
    "review_note": Both("note", "note"),
    "review_line": Both("{level} {id} {file}:{line}", "{level} {id} {file}:{line}"),
    "review_decides": Both(
        "{changes} kræver, at et menneske tager stilling, før det flettes.",
        "{changes} must be decided by a person before this is merged.",
    ),
    "review_good": Both("Intet af det kræver en beslutning.", "None of it needs a decision."),
    "changes": Both("{n} ændringer", "{n} changes"),
    "change": Both("{n} ændring", "{n} change"),
}
