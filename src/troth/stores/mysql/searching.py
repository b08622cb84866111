"""The tests that find every cell which may hold an identifier: by code points, whatever the column's collation equates."""

from __future__ import annotations

from collections.abc import Sequence

from troth.datamap.reader import Probe
from troth.stores.mysql.keys import quote
from troth.stores.sql import CONSONANTS, FEW, PLUS

_PLUS = PLUS.replace("\\", "\\\\")  # a backslash in a text is written twice


def equals(probe: Probe, forms: list[str]) -> tuple[str, Sequence[object]]:
    """Cells that fold to one of the forms; of few, LIKE first asks cheaply for their characters in order."""
    cell = _cell(probe)
    few = len(forms) <= FEW
    inside = f"IN ({', '.join(['%s'] * len(forms)) or 'NULL'})"  # a list is looked up in its order, a subquery row by row
    among = list(forms)
    if probe.kind == "phone":
        return f"RIGHT(REGEXP_REPLACE({cell}, '[^0-9]', ''), 6) {inside}", among
    bare, kept = cell, "a-z0-9"
    if probe.kind == "email":
        bare, kept = f"REGEXP_REPLACE(REPLACE({cell}, 'mailto:', ''), '{_PLUS}', '@')", CONSONANTS
    folds = f"REGEXP_REPLACE({bare}, '[^{kept}]', '') {inside}"
    if not few:
        return folds, among
    likes = " OR ".join([f"{cell} LIKE %s"] * len(forms))
    return f"(({likes}) AND {folds})", [*("%".join(["", *form, ""]) for form in forms), *among]


def like(probe: Probe, patterns: Sequence[str]) -> tuple[str, Sequence[object]]:
    """One pass over the text, whatever case its letters have."""
    if not patterns:
        return f"t.{quote(probe.column)} IS NOT NULL", ()
    return f"({' OR '.join([f'{_cell(probe)} LIKE %s'] * len(patterns))})", patterns


def _cell(probe: Probe) -> str:
    return f"LOWER(CONVERT(t.{quote(probe.column)} USING utf8mb4) COLLATE utf8mb4_bin)"
