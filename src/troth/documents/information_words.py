"""Guarantees that every point of GDPR Art. 15(1) has its words in Danish and English, also where there is nothing to tell."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from troth.documents.markup import Pair

INFORMATION: Final = Pair("Hvad vi gør med oplysningerne", "What we do with the data")
POINTS: Final[Mapping[str, Pair]] = MappingProxyType(
    {
        "purposes": Pair("Hvad vi bruger dem til", "What we use it for"),
        "categories": Pair("Hvilke slags oplysninger det er", "What kinds of data it is"),
        "recipients": Pair("Hvem der får dem", "Who receives it"),
        "transfers": Pair("Lande uden for EU og EØS", "Countries outside the EU and the EEA"),
        "retention": Pair("Hvor længe vi gemmer dem", "How long we keep it"),
        "sources": Pair("Hvor vi har dem fra", "Where we have it from"),
        "automated": Pair("Automatiske afgørelser", "Automated decisions"),
    }
)
NONE: Final[Mapping[str, Pair]] = MappingProxyType(
    {
        "purposes": Pair("Ingen.", "Nothing."),
        "categories": Pair("Ingen.", "None."),
        "recipients": Pair("Ingen uden for virksomheden får dem.", "Nobody outside the company receives it."),
        "transfers": Pair(
            "Oplysningerne forlader ikke EU og EØS.", "The data does not leave the EU and the EEA."
        ),
        "retention": Pair("Ingen.", "None."),
        "sources": Pair("Ingen.", "None."),
        "automated": Pair(
            "Vi træffer ingen afgørelser om dig alene ved automatik, heller ikke ved profilering.",
            "We make no decision about you by automated means alone, and none by profiling.",
        ),
    }
)
UNKNOWN: Final = Pair(
    "Det er ikke skrevet ned for alle oplysninger. Spørg os, så svarer vi.",
    "It is not written down for all of the data. Ask us, and we answer.",
)
PURPOSE: Final = Pair("Formål", "Purpose")
BASIS: Final = Pair("Retsgrundlag", "Legal basis")
RECIPIENT: Final = Pair("Modtager", "Recipient")
ROLE: Final = Pair("Rolle", "Role")
COUNTRIES: Final = Pair("Land", "Country")
SAFEGUARD: Final = Pair("Grundlag", "Basis")
WHAT: Final = Pair("Hvad", "What")
HOW_LONG: Final = Pair("Hvor længe", "How long")
ROLES: Final[Mapping[str, Pair]] = MappingProxyType(
    {
        "processor": Pair("databehandler", "processor"),
        "controller": Pair("selvstændig dataansvarlig", "controller in its own right"),
        "joint": Pair("fælles dataansvarlig", "joint controller"),
        "third_party": Pair("tredjemand", "third party"),
        "authority": Pair("myndighed", "authority"),
    }
)
ORIGINS: Final[Mapping[str, Pair]] = MappingProxyType(
    {
        "provided": Pair("Du har selv givet os dem.", "You gave it to us yourself."),
        "observed": Pair("Vi har registreret dem, mens du brugte det, vi tilbyder.", "We recorded it while you used what we offer."),
        "derived": Pair("Vi har selv lavet dem ud fra det, vi vidste om dig.", "We made it ourselves from what we knew of you."),
        "received": Pair("Vi har fået dem fra andre: {source}.", "We received it from others: {source}."),
    }
)  # fmt: skip
AFTER: Final = Pair("{length} efter: {event}{law}", "{length} after: {event}{law}")
