"""Guarantees that every point of GDPR Art. 15(1) has its words in Danish and English, also where there is nothing to tell."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from troth.terms.bilingual import Both

INFORMATION: Final = Both("Hvad vi gør med oplysningerne", "What we do with the data")
POINTS: Final[Mapping[str, Both]] = MappingProxyType(
    {
        "purposes": Both("Hvad vi bruger dem til", "What we use it for"),
        "categories": Both("Hvilke slags oplysninger det er", "What kinds of data it is"),
        "recipients": Both("Hvem der får dem", "Who receives it"),
        "transfers": Both("Lande uden for EU og EØS", "Countries outside the EU and the EEA"),
        "retention": Both("Hvor længe vi gemmer dem", "How long we keep it"),
        "sources": Both("Hvor vi har dem fra", "Where we have it from"),
        "automated": Both("Automatiske afgørelser", "Automated decisions"),
    }
)
NONE: Final[Mapping[str, Both]] = MappingProxyType(
    {
        "purposes": Both("Ingen.", "Nothing."),
        "categories": Both("Ingen.", "None."),
        "recipients": Both("Ingen uden for virksomheden får dem.", "Nobody outside the company receives it."),
        "transfers": Both(
            "Oplysningerne forlader ikke EU og EØS.", "The data does not leave the EU and the EEA."
        ),
        "retention": Both("Ingen.", "None."),
        "sources": Both("Ingen.", "None."),
        "automated": Both(
            "Vi træffer ingen afgørelser om dig alene ved automatik, heller ikke ved profilering.",
            "We make no decision about you by automated means alone, and none by profiling.",
        ),
    }
)
UNKNOWN: Final = Both(
    "Det er ikke skrevet ned for alle oplysninger. Spørg os, så svarer vi.",
    "It is not written down for all of the data. Ask us, and we answer.",
)
PURPOSE: Final = Both("Formål", "Purpose")
BASIS: Final = Both("Retsgrundlag", "Legal basis")
RECIPIENT: Final = Both("Modtager", "Recipient")
ROLE: Final = Both("Rolle", "Role")
COUNTRIES: Final = Both("Land", "Country")
SAFEGUARD: Final = Both("Grundlag", "Basis")
WHAT: Final = Both("Hvad", "What")
HOW_LONG: Final = Both("Hvor længe", "How long")
ROLES: Final[Mapping[str, Both]] = MappingProxyType(
    {
        "processor": Both("databehandler", "processor"),
        "controller": Both("selvstændig dataansvarlig", "controller in its own right"),
        "joint": Both("fælles dataansvarlig", "joint controller"),
        "third_party": Both("tredjemand", "third party"),
        "authority": Both("myndighed", "authority"),
    }
)
ORIGINS: Final[Mapping[str, Both]] = MappingProxyType(
    {
        "provided": Both("Du har selv givet os dem.", "You gave it to us yourself."),
        "observed": Both("Vi har registreret dem, mens du brugte det, vi tilbyder.", "We recorded it while you used what we offer."),
        "derived": Both("Vi har selv lavet dem ud fra det, vi vidste om dig.", "We made it ourselves from what we knew of you."),
        "received": Both("Vi har fået dem fra andre: {source}.", "We received it from others: {source}."),
    }
)  # fmt: skip
AFTER: Final = Both("{length} efter: {event}{law}", "{length} after: {event}{law}")
