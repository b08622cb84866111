"""Guarantees that the first page of the bundle for an authority exists in Danish and English, part by part."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from troth.terms.bilingual import Both


class Words(NamedTuple):
    """What a part is called, and what an authority wants to see in it."""

    name: Both
    asks: Both


TITLE: Final = Both("Tilsynsprøve", "Regulator rehearsal")
ABOVE: Final = Both(
    "{company} · det, en tilsynsmyndighed spørger om først", "{company} · what an authority asks first"
)
LEAD: Final = Both(
    "Mappen viser, hvordan det står til på den dag, den blev lavet. Alt i den kommer fra systemet selv.",
    "This bundle shows how things stand on the day it was made. All of it comes from the system itself.",
)
MISSING: Final = Both("Det mangler", "What is missing")
NOTHING_MISSING: Final = Both("Ingen del mangler.", "No part is missing.")
NOT_HERE: Final = Both("Mangler:", "Missing:")
MADE: Final = Both("Lavet", "Made")
COMPANY: Final = Both("Virksomhed", "Company")
FILE: Final = Both("Fil", "File")
HOLDS: Final = Both("Hvad den rummer", "What it holds")
DIGEST: Final = Both("SHA-256", "SHA-256")
CHECKPOINT: Final = Both("Loggens tilstand", "The state of the ledger")
CHECKPOINT_TEXT: Final = Both(
    "Dette kontrolpunkt er underskrevet. Med det kan myndigheden senere efterprøve, at intet ældre i loggen er ændret.",
    "This checkpoint is signed. With it, the authority can verify later that nothing older in the ledger was changed.",
)
NO_CHECKPOINT: Final = Both(
    "Der er intet kontrolpunkt endnu: loggen er tom.", "There is no checkpoint yet: the ledger is empty."
)
SIGNED: Final = Both(
    "Indholdsfortegnelsen (index.json) er underskrevet i index.note. Efterprøv mappen uden net: `troth verify MAPPE.zip --key NØGLE`.",
    "The list of contents (index.json) is signed in index.note. Verify the bundle offline: `troth verify BUNDLE.zip --key KEY`.",
)
UNMADE: Final = Both("Kunne ikke laves nu: {why}", "Could not be made now: {why}")
LATE: Final = Both(
    "Anmodninger med en frist, der blev overskredet", "Requests of which a deadline was missed"
)
ASKED: Final = Both("Anmodninger i alt", "Requests in all")
OVER: Final = Both("Fund om sikkerhedskopier", "Findings about backups")
NO_PERSON: Final = Both(
    "Mappen rummer ingen personoplysninger om dem, der har henvendt sig, eller om andre registrerede.",
    "The bundle holds no personal data of those who asked, or of other data subjects.",
)

PARTS: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "notice": Words(
            Both("Privatlivserklæringen", "The privacy notice"),
            Both(
                "Hver offentliggjort udgave med dens dato, og hvad der blev ændret.",
                "Each published version with its date, and what changed.",
            ),
        ),
        "register": Words(
            Both("Fortegnelsen over behandlinger", "The record of processing"),
            Both(
                "Formål, kategorier, modtagere, overførsler, frister og sikkerhed (artikel 30).",
                "Purposes, categories, recipients, transfers, time limits and security (Article 30).",
            ),
        ),
        "requests": Words(
            Both("Anmodninger fra registrerede", "Requests of data subjects"),
            Both(
                "Hvad der blev bedt om, hvornår der blev svaret, og hvorfor der blev sagt nej.",
                "What was asked, when it was answered, and why it was refused.",
            ),
        ),
        "evidence": Words(
            Both("Løfterne og deres beviser", "The promises and their evidence"),
            Both(
                "Erklæringen sætning for sætning, og hvad der sidst efterprøvede hver af dem.",
                "The notice sentence by sentence, and what tested each of them last.",
            ),
        ),
        "retention": Words(
            Both("Opbevaring og sletning", "Retention and erasure"),
            Both(
                "Hvor længe hver slags oplysninger gemmes, og hvornår der sidst blev slettet.",
                "How long each kind of data is kept, and when it was last erased.",
            ),
        ),
        "holds": Words(
            Both("Slettestop", "Legal holds"),
            Both(
                "Hvad der ikke slettes lige nu, efter hvilken lov, og hvornår det gennemgås.",
                "What is not erased now, under which law, and when it is reviewed.",
            ),
        ),
        "backups": Words(
            Both("Sikkerhedskopier", "Backups"),
            Both(
                "Hvilke der findes, hvor længe, og hvornår en genskabelse sidst blev prøvet.",
                "Which there are, for how long, and when a restore was last tried.",
            ),
        ),
        "ledger": Words(
            Both("Loggen og dens efterprøvning", "The ledger and its verification"),
            Both(
                "At det, der er vist, ikke er ændret bagefter.",
                "That what is shown was not changed afterwards.",
            ),
        ),
        "breaches": Words(
            Both("Brud på persondatasikkerheden", "Personal data breaches"),
            Both(
                "Hvert brud, dets virkninger, og hvad der blev gjort (artikel 33, stk. 5).",
                "Each breach, its effects, and what was done (Article 33(5)).",
            ),
        ),
        "assessments": Words(
            Both("Konsekvensanalyser", "Impact assessments"),
            Both(
                "Hvor risikoen er høj: vurderingen, og hvad der blev gjort ved den (artikel 35).",
                "Where the risk is high: the assessment, and what was done about it (Article 35).",
            ),
        ),
        "processors": Words(
            Both("Databehandlere og aftalerne med dem", "Processors, and the contracts with them"),
            Both(
                "Hvem der behandler oplysninger for virksomheden, og efter hvilken aftale (artikel 28).",
                "Who processes data for the company, and under which contract (Article 28).",
            ),
        ),
    }
)

NOT_KEPT: Final[Mapping[str, Both]] = MappingProxyType(
    {
        "breaches": Both(
            "Et register over brud føres ikke her. Læg virksomhedens eget ved.",
            "No register of breaches is kept here. Add the company's own.",
        ),
        "assessments": Both(
            "Konsekvensanalyser ligger ikke her. Læg dem ved, eller skriv, hvorfor ingen er nødvendig.",
            "Impact assessments are not kept here. Add them, or write why none is needed.",
        ),
        "processors": Both(
            "Selve aftalerne med databehandlere ligger ikke her. Læg dem ved.",
            "The contracts with processors themselves are not kept here. Add them.",
        ),
    }
)
"""What no part of Troth keeps, and an authority asks for all the same."""
