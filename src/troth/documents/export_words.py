"""Guarantees that every sentence of an access export exists in Danish and English."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from troth.documents.markup import Pair

TITLE: Final = Pair("Dine oplysninger", "Your data")
FROM: Final = Pair("Udleveret af {controller}", "Handed over by {controller}")
US: Final = Pair("den dataansvarlige virksomhed", "the organisation that is the controller")
LEAD: Final = Pair(
    "Dette er en kopi af de oplysninger, vi fandt om dig: {rows} i {datasets}.",
    "This is a copy of the data we found about you: {rows} in {datasets}.",
)
LEAD_ROWS: Final = (Pair("{n} række", "{n} row"), Pair("{n} rækker", "{n} rows"))
LEAD_DATASETS: Final = (Pair("{n} datasæt", "{n} dataset"), Pair("{n} datasæt", "{n} datasets"))
LEAD_NONE: Final = Pair(
    "Vi fandt ingen oplysninger om dig de steder, hvor vi ledte.",
    "We found no data about you in the places where we looked.",
)
ISSUED: Final = Pair("Udleveret", "Handed over")
CONTROLLER: Final = Pair("Dataansvarlig", "Controller")
CONTENTS: Final = Pair("Indhold", "Contents")

OPEN: Final = Pair("Ikke alt er afklaret", "Not everything is settled")
OPEN_UNSEARCHED: Final = (
    Pair(
        "{n} sted er ikke gennemsøgt. Der kan stå mere om dig.",
        "{n} place was not searched. There may be more about you.",
    ),
    Pair(
        "{n} steder er ikke gennemsøgt. Der kan stå mere om dig.",
        "{n} places were not searched. There may be more about you.",
    ),
)
OPEN_QUESTIONS: Final = (
    Pair("{n} spørgsmål er ikke besvaret endnu.", "{n} question has not been answered yet."),
    Pair("{n} spørgsmål er ikke besvaret endnu.", "{n} questions have not been answered yet."),
)

GROUPS: Final[Mapping[str, Pair]] = MappingProxyType(
    {
        "who": Pair("Hvem du er", "Who you are"),
        "where": Pair("Adresser og steder", "Addresses and places"),
        "paid": Pair("Hvad du har købt og betalt", "What you bought and paid"),
        "did": Pair("Hvad du har skrevet og gjort", "What you wrote and did"),
        "technical": Pair("Tekniske oplysninger", "Technical details"),
    }
)

ABOUT: Final = Pair("Det ledte vi efter", "What we looked for")
SOURCES: Final = Pair("Hvor oplysningerne kommer fra", "Where the data comes from")
SOURCES_TEXT: Final = Pair(
    "Alle de steder, vi gennemsøgte, også dem, hvor der intet var.",
    "All the places we searched, also those where there was nothing.",
)
SYSTEM: Final = Pair("System", "System")
DATASET: Final = Pair("Datasæt", "Dataset")
RELATION: Final = Pair("Dit forhold til rækken", "How it relates to you")
RELATIONS: Final[Mapping[str, Pair]] = MappingProxyType(
    {
        "owns": Pair("om dig", "about you"),
        "accesses": Pair("andres, som du har adgang til", "somebody else's, open to you"),
    }
)
ROWS: Final = Pair("Rækker", "Rows")
ROW: Final = Pair("Række", "Row")
WHY: Final = Pair("Hvorfor vi har det", "Why we have it")
META: Final = (
    Pair("{system} · {n} række · {relation}", "{system} · {n} row · {relation}"),
    Pair("{system} · {n} rækker · {relation}", "{system} · {n} rows · {relation}"),
)
HIDDEN: Final = Pair(
    "Tilbageholdt, fordi det vedrører andre (artikel 15, stk. 4):",
    "Withheld because it concerns others (Article 15(4)):",
)
WITHHELD: Final = Pair(
    "Vi har det, men loven forbyder os at vise selve værdien:",
    "We hold it, but the law forbids us to show the value itself:",
)
FIELDS_HERE: Final = Pair("Felter om dette:", "Fields on this subject:")
SEE: Final = (
    Pair("Se den ene række", "See the one row"),
    Pair("Se alle {n} rækker", "See all {n} rows"),
)

UNSEARCHED: Final = Pair("Her ledte vi ikke", "Where we did not look")
UNSEARCHED_NONE: Final = Pair(
    "Intet sted, som vi kender til, blev sprunget over. Om steder, vi ikke kender, kan vi intet sige.",
    "No place that we know of was left out. About places we do not know of, we cannot say anything.",
)
PLACE: Final = Pair("Sted", "Place")
REASON: Final = Pair("Hvorfor", "Why")
QUESTIONS: Final = Pair("Åbne spørgsmål", "Open questions")
QUESTIONS_TEXT: Final = Pair(
    "Her gætter vi ikke: et menneske skal tage stilling, før vi kan sige, om det er dit.",
    "Here we do not guess: a person has to decide before we can say whether it is yours.",
)
QUESTION: Final = Pair("Spørgsmål", "Question")

MACHINE: Final = Pair("Til maskiner", "For machines")
MACHINE_TEXT: Final = Pair(
    "Alt dette står også i data.json, hvor ingen tekst er forkortet. Filer, der hørte til oplysningerne, ligger i mappen files.",
    "All of this is also in data.json, where no text is cut. Files that belonged to the data are in the folder files.",
)
RIGHTS: Final = Pair("Dine rettigheder", "Your rights")
RIGHTS_TEXT: Final = Pair(
    "Du kan bede om at få oplysninger rettet eller slettet, om at få brugen af dem begrænset, og du kan gøre indsigelse (artikel "
    "16, 17, 18 og 21). Du kan også spørge, hvem der har fået oplysningerne, og hvor længe de gemmes (artikel 15, stk. 1), hvis "
    "det ikke står i det svar, du fik.",
    "You may ask to have data corrected or erased, to have its use restricted, and you may object (Articles 16, 17, 18 and 21). "
    "You may also ask who received the data and how long it is kept (Article 15(1)), if the answer you got does not say so.",
)
COMPLAIN: Final = Pair(
    "Er du uenig, så skriv til os. Du kan altid klage til Datatilsynet (datatilsynet.dk), eller til tilsynsmyndigheden i det "
    "EU-land, hvor du bor eller arbejder (artikel 77).",
    "If you disagree, write to us. You may at any time complain to Datatilsynet, the Danish Data Protection Agency "
    "(datatilsynet.dk), or to the supervisory authority of the EU country where you live or work (Article 77).",
)
KEEP_SAFE: Final = Pair(
    "Mappen rummer dine personlige oplysninger. Gem den et sted, hvor kun du kan læse den.",
    "This folder holds your personal data. Keep it where only you can read it.",
)

OVERVIEW: Final = Pair("Oversigt", "Overview")
PREVIOUS: Final = Pair("Forrige side", "Previous page")
NEXT: Final = Pair("Næste side", "Next page")
PAGE_ROWS: Final = Pair("Side {page}: fra række {first}", "Page {page}: from row {first}")
PAGES: Final = Pair("Sider", "Pages")

TRUE: Final = Pair("ja", "yes")
FALSE: Final = Pair("nej", "no")
NOT_SHOWN: Final = Pair("(vises ikke)", "(not shown)")
EMPTY: Final = Pair("(tom)", "(empty)")
CUT: Final = Pair(
    "(forkortet her; hele teksten på {n} tegn står i data.json)",
    "(cut here; the whole text of {n} characters is in data.json)",
)
FILE: Final = Pair("Fil", "File")
FILE_KINDS: Final[Mapping[str, Pair]] = MappingProxyType(
    {
        "png": Pair("Billede (PNG)", "Picture (PNG)"),
        "jpg": Pair("Billede (JPEG)", "Picture (JPEG)"),
        "gif": Pair("Billede (GIF)", "Picture (GIF)"),
        "pdf": Pair("Dokument (PDF)", "Document (PDF)"),
    }
)
