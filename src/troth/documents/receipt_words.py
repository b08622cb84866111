"""Guarantees that every sentence of a final receipt exists in Danish and English, and speaks of registered backups only."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from troth.terms.bilingual import Both

TITLE: Final = Both("Endelig kvittering", "Final receipt")
OUTCOMES: Final[Mapping[str, Both]] = MappingProxyType(
    {
        "in no registered backup": Both(
            "De oplysninger om dig, der blev slettet, står ikke længere i nogen af vores registrerede sikkerhedskopier.",
            "The data about you that was erased is no longer in any of our registered backups.",
        ),
        "in no registered backup, some systems have none": Both(
            "De oplysninger om dig, der blev slettet, står ikke længere i nogen af vores registrerede sikkerhedskopier. Af nogle "
            "systemer er der aldrig registreret nogen; om dem siger kvitteringen intet.",
            "The data about you that was erased is no longer in any of our registered backups. Of some systems none was ever "
            "registered; about those this receipt says nothing.",
        ),
    }
)
ABOUT_TEXT: Final = Both(
    "Kvitteringen følger op på beviset for sletning. Det, der blev bevaret efter loven eller overladt til en kunde, står i beviset "
    "og er ikke med her.",
    "This receipt follows the certificate of erasure. What was kept because of a law or left to a customer stands there, and is not "
    "meant here.",
)
CERTIFICATE: Final = Both("Bevis for sletning, nummer", "Certificate of erasure, number")
ERASED: Final = Both("Slettet", "Erased")
BACKUPS: Final = Both("Sikkerhedskopier, der kunne rumme dig", "Backups that may have held you")
BACKUPS_TEXT: Final = Both(
    "De blev begyndt, før sletningen var færdig. De er alle væk.",
    "They were begun before the erasure was done. All of them are gone.",
)
SYSTEM: Final = Both("System", "System")
COUNT: Final = Both("Antal", "Number")
FIRST: Final = Both("Den første begyndt", "First begun")
LAST: Final = Both("Den sidste begyndt", "Last begun")
GONE: Final = Both("Den sidste var væk", "Last one gone")
UNREGISTERED: Final = Both("Systemer uden registreret sikkerhedskopi", "Systems without a registered backup")
UNREGISTERED_TEXT: Final = Both(
    "Om disse systemer ved vi ikke, om en sikkerhedskopi fra før sletningen findes.",
    "Of these systems we do not know whether a backup from before the erasure exists.",
)
LIMITS: Final = Both("Hvad kvitteringen bygger på", "What this receipt rests on")
LIMITS_TEXT: Final = Both(
    "Den bygger på vores register over sikkerhedskopier den dag, den blev udstedt. Dukker en sikkerhedskopi op, som ikke stod der, "
    "trækker vi kvitteringen tilbage i loggen og sletter dig igen, hvis kopien tages i brug.",
    "It rests on our register of backups on the day of issue. If a backup turns up that was not in it, we withdraw this receipt "
    "in the log, and erase you again should that backup be restored.",
)
