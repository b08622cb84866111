"""What the commands about the notice say, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from troth.cli.both import Both

NOTICE: Final[Mapping[str, Both]] = {
    "notice_clean": Both("Der er intet at udsætte.", "There is nothing to find fault with."),
    "notice_found": Both("Fejl: {errors}. Advarsler: {warnings}.", "Errors: {errors}. Warnings: {warnings}."),
    "notice_same": Both("De to lover det samme.", "The two promise the same."),
    "notice_material": Both(
        "Ændringen er væsentlig: sig det til dem, det angår, før den gælder (GDPR art. 13, stk. 3).",
        "The change is material: tell the people it concerns before it holds (GDPR Art. 13(3)).",
    ),
    "notice_not_material": Both("Ændringen er ikke væsentlig.", "The change is not material."),
    "notice_lists": Both("listerne", "the lists"),
}
