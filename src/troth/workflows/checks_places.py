"""Evidence names a file from the map's folder, or by its name alone: no answer tells how a machine's disk is laid out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

from troth.evidence.check import Evidence
from troth.terms.bilingual import Both
from troth.workflows.house import House

_ELSEWHERE: Final = re.compile(r"(?<![\w.:/])/(?:[^\s:/'\"()]+/)+")  # no address of a page, no `and/or`


def without_folders(found: Evidence, house: House) -> Evidence:
    """The same evidence, its files named from the map's folder; one that lies elsewhere by its own name."""
    folders = _folders(house)
    return replace(found, reason=Both(*(named(words, folders) for words in found.reason)))


def named(words: str, folders: Iterable[str]) -> str:
    """The words without these folders, and without any other folder that a path begins with at the root."""
    for folder in folders:
        words = words.replace(folder, "")
    return _ELSEWHERE.sub("", words)


def _folders(house: House) -> list[str]:
    """The folders that we know of, which may have spaces in their names; the longest first."""
    beside = house.map_path.parent
    known = {beside, beside.resolve(), house.home, house.settings.copy or house.home}
    return sorted(
        (f"{one}/" for one in known if one.is_absolute() and one != Path("/")), key=len, reverse=True
    )
