"""Guarantees that every sentence of a final receipt exists in Danish and English, and speaks of registered backups only."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from troth.documents.markup import Pair

TITLE: Final = Pair("Endelig kvittering", "Final receipt")
OUTCOMES: Final[Mapping[str, Pair]] = MappingProxyType(
    {
        "in no registered backup": Pair(
            "De oplysninger om dig, der blev slettet, står ikke længere i nogen af vores registrerede sikkerhedskopier.",
            "The data about you that was erased is no longer in any of our registered backups.",
        ),
        "in no registered backup, some systems have none": Pair(
            "De oplysninger om dig, der blev slettet, står ikke længere i nogen af vores registrerede sikkerhedskopier. Af nogle "
            "systemer er der aldrig registreret nogen; om dem siger kvitteringen intet.",
            "The data about you that was erased is no longer in any of our registered backups. Of some systems none was ever "
            "registered; about those this receipt says nothing.",
        ),
    }
)
ABOUT_TEXT: Final = Pair(
    "Kvitteringen følger op på beviset for sletning. Det, der blev bevaret efter loven, står i beviset og er ikke med her.",
    "This receipt follows the certificate of erasure. What was kept because of a law stands there, and is not meant here.",
)
CERTIFICATE: Final = Pair("Bevis for sletning, nummer", "Certificate of erasure, number")
ERASED: Final = Pair("Slettet", "Erased")
BACKUPS: Final = Pair("Sikkerhedskopier, der kunne rumme dig", "Backups that may have held you")
BACKUPS_TEXT: Final = Pair(
    "De blev begyndt, før sletningen var færdig. De er alle væk.",
    "They were begun before the erasure was done. All of them are gone.",
)
SYSTEM: Final = Pair("System", "System")
COUNT: Final = Pair("Antal", "Number")
FIRST: Final = Pair("Den første begyndt", "First begun")
LAST: Final = Pair("Den sidste begyndt", "Last begun")
GONE: Final = Pair("Den sidste var væk", "Last one gone")
UNREGISTERED: Final = Pair("Systemer uden registreret sikkerhedskopi", "Systems without a registered backup")
UNREGISTERED_TEXT: Final = Pair(
    "Om disse systemer ved vi ikke, om en sikkerhedskopi fra før sletningen findes.",
    "Of these systems we do not know whether a backup from before the erasure exists.",
)
LIMITS: Final = Pair("Hvad kvitteringen bygger på", "What this receipt rests on")
LIMITS_TEXT: Final = Pair(
    "Den bygger på vores register over sikkerhedskopier den dag, den blev udstedt. Dukker en sikkerhedskopi op, som ikke stod der, "
    "trækker vi kvitteringen tilbage i loggen og sletter dig igen, hvis kopien tages i brug.",
    "It rests on our register of backups on the day of issue. If a backup turns up that was not in it, we withdraw this receipt "
    "in the log, and erase you again should that backup be restored.",
)
