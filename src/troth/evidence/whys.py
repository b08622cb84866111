"""Why a server cannot tell, in Danish: stores say it in English, and a person reads it inside a Danish sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

DANISH: Final[Mapping[str, str]] = {
    "this kind of store cannot be asked": "den slags lager kan ikke spørges",
    "the attempt failed for another reason": "forsøget mislykkedes af en anden grund",
    "this account may not see when its password was changed": "denne konto må ikke se, hvornår dens adgangskode er skiftet",
    "this account may not see which files are encrypted (PROCESS)": "denne konto må ikke se, hvilke filer der er krypteret (PROCESS)",
    "the server does not encrypt its files itself, and cannot tell whether the disk does":
        "serveren krypterer ikke selv sine filer og kan ikke sige, om disken gør det",
    "PostgreSQL does not encrypt its files, and cannot tell whether the disk does":
        "PostgreSQL krypterer ikke sine filer og kan ikke sige, om disken gør det",
    "a SQLite file is plain, and cannot tell whether its disk is encrypted":
        "en SQLite-fil er ukrypteret og kan ikke sige, om dens disk er krypteret",
    "PostgreSQL does not keep when a password was changed": "PostgreSQL gemmer ikke, hvornår en adgangskode er skiftet",
    "a file has no key of its own": "en fil har ikke sin egen nøgle",
    "it knows no row-level security, and views are not asked":
        "den kender ikke adgang række for række, og views spørges ikke",
    "a SQLite file has no roles": "en SQLite-fil har ingen roller",
    "it has no such role": "den har ingen sådan rolle",
    "it has no such role, or this account may not see its grants":
        "den har ingen sådan rolle, eller denne konto må ikke se dens rettigheder",
    "our own role may not act as that role": "vores egen rolle må ikke handle som den rolle",
}  # fmt: skip


def danish(why: str) -> str:
    """The same in Danish; what a store of others says, as it says it."""
    return DANISH.get(why, why)
