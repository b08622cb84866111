"""Guarantees that every sentence of an access export exists in Danish and English."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from troth.terms.bilingual import Both

TITLE: Final = Both("Dine oplysninger", "Your data")
FROM: Final = Both("Udleveret af {controller}", "Handed over by {controller}")
US: Final = Both("den dataansvarlige virksomhed", "the organisation that is the controller")
LEAD: Final = Both(
    "Dette er en kopi af de oplysninger, vi fandt om dig: {rows} i {datasets}.",
    "This is a copy of the data we found about you: {rows} in {datasets}.",
)
LEAD_ROWS: Final = (Both("{n} række", "{n} row"), Both("{n} rækker", "{n} rows"))
LEAD_DATASETS: Final = (Both("{n} datasæt", "{n} dataset"), Both("{n} datasæt", "{n} datasets"))
LEAD_NONE: Final = Both(
    "Vi fandt ingen oplysninger om dig de steder, hvor vi ledte.",
    "We found no data about you in the places where we looked.",
)
ISSUED: Final = Both("Udleveret", "Handed over")
CONTROLLER: Final = Both("Dataansvarlig", "Controller")
CONTENTS: Final = Both("Indhold", "Contents")

OPEN: Final = Both("Ikke alt er afklaret", "Not everything is settled")
OPEN_UNSEARCHED: Final = (
    Both(
        "{n} sted er ikke gennemsøgt. Der kan stå mere om dig.",
        "{n} place was not searched. There may be more about you.",
    ),
    Both(
        "{n} steder er ikke gennemsøgt. Der kan stå mere om dig.",
        "{n} places were not searched. There may be more about you.",
    ),
)
OPEN_QUESTIONS: Final = (
    Both("{n} spørgsmål er ikke besvaret endnu.", "{n} question has not been answered yet."),
    Both("{n} spørgsmål er ikke besvaret endnu.", "{n} questions have not been answered yet."),
)

GROUPS: Final[Mapping[str, Both]] = MappingProxyType(
    {
        "who": Both("Hvem du er", "Who you are"),
        "where": Both("Adresser og steder", "Addresses and places"),
        "paid": Both("Hvad du har købt og betalt", "What you bought and paid"),
        "did": Both("Hvad du har skrevet og gjort", "What you wrote and did"),
        "technical": Both("Tekniske oplysninger", "Technical details"),
    }
)

ABOUT: Final = Both("Det ledte vi efter", "What we looked for")
SOURCES: Final = Both("Hvor oplysningerne kommer fra", "Where the data comes from")
SOURCES_TEXT: Final = Both(
    "Alle de steder, vi gennemsøgte, også dem, hvor der intet var.",
    "All the places we searched, also those where there was nothing.",
)
SYSTEM: Final = Both("System", "System")
DATASET: Final = Both("Datasæt", "Dataset")
RELATION: Final = Both("Dit forhold til rækken", "How it relates to you")
RELATIONS: Final[Mapping[str, Both]] = MappingProxyType(
    {
        "owns": Both("om dig", "about you"),
        "accesses": Both("andres, som du har adgang til", "somebody else's, open to you"),
    }
)
ROWS: Final = Both("Rækker", "Rows")
ROW: Final = Both("Række", "Row")
WHY: Final = Both("Hvorfor vi har det", "Why we have it")
META: Final = (
    Both("{system} · {n} række · {relation}", "{system} · {n} row · {relation}"),
    Both("{system} · {n} rækker · {relation}", "{system} · {n} rows · {relation}"),
)
HIDDEN: Final = Both(
    "Tilbageholdt, fordi det vedrører andre (artikel 15, stk. 4):",
    "Withheld because it concerns others (Article 15(4)):",
)
WITHHELD: Final = Both(
    "Vi har det, men loven forbyder os at vise selve værdien:",
    "We hold it, but the law forbids us to show the value itself:",
)
FIELDS_HERE: Final = Both("Felter om dette:", "Fields on this subject:")
SEE: Final = (
    Both("Se den ene række", "See the one row"),
    Both("Se alle {n} rækker", "See all {n} rows"),
)

UNSEARCHED: Final = Both("Her ledte vi ikke", "Where we did not look")
UNSEARCHED_NONE: Final = Both(
    "Intet sted, som vi kender til, blev sprunget over. Om steder, vi ikke kender, kan vi intet sige.",
    "No place that we know of was left out. About places we do not know of, we cannot say anything.",
)
LEFT: Final = Both("Ikke med, fordi en kunde bestemmer", "Not included, because a customer decides")
LEFT_TEXT: Final = Both(
    "Vi opbevarer disse oplysninger for en kunde og må kun udlevere dem, hvis kunden beder os om det. Du kan skrive til kunden selv.",
    "We hold this data for a customer and may hand it over only if the customer tells us to. You can write to the customer.",
)
PLACE: Final = Both("Sted", "Place")
REASON: Final = Both("Hvorfor", "Why")
QUESTIONS: Final = Both("Åbne spørgsmål", "Open questions")
QUESTIONS_TEXT: Final = Both(
    "Her gætter vi ikke: et menneske skal tage stilling, før vi kan sige, om det er dit.",
    "Here we do not guess: a person has to decide before we can say whether it is yours.",
)
QUESTION: Final = Both("Spørgsmål", "Question")

MACHINE: Final = Both("Til maskiner", "For machines")
MACHINE_TEXT: Final = Both(
    "Alt dette står også i data.json, hvor ingen tekst er forkortet. Filer, der hørte til oplysningerne, ligger i mappen files.",
    "All of this is also in data.json, where no text is cut. Files that belonged to the data are in the folder files.",
)
RIGHTS: Final = Both("Dine rettigheder", "Your rights")
RIGHTS_TEXT: Final = Both(
    "Du kan bede om at få oplysninger rettet eller slettet, om at få brugen af dem begrænset, og du kan gøre indsigelse (artikel "
    "16, 17, 18 og 21). Du kan også spørge, hvem der har fået oplysningerne, og hvor længe de gemmes (artikel 15, stk. 1), hvis "
    "det ikke står i det svar, du fik.",
    "You may ask to have data corrected or erased, to have its use restricted, and you may object (Articles 16, 17, 18 and 21). "
    "You may also ask who received the data and how long it is kept (Article 15(1)), if the answer you got does not say so.",
)
COMPLAIN: Final = Both(
    "Er du uenig, så skriv til os. Du kan altid klage til tilsynsmyndigheden i det EU-land, hvor du bor eller arbejder (artikel "
    "77).",
    "If you disagree, write to us. You may at any time complain to the supervisory authority of the EU country where you live or "
    "work (Article 77).",
)
COMPLAIN_TO: Final = Both(
    "Er du uenig, så skriv til os. Du kan altid klage til {authority}, eller til tilsynsmyndigheden i det EU-land, hvor du bor "
    "eller arbejder (artikel 77).",
    "If you disagree, write to us. You may at any time complain to {authority}, or to the supervisory authority of the EU country "
    "where you live or work (Article 77).",
)
RIGHTS_CALIFORNIA: Final = Both(
    "Du kan bede om at få oplysninger rettet eller slettet. Du kan sige nej til, at de sælges eller deles, og bede om, at følsomme "
    "oplysninger kun bruges til det nødvendige. Du får hverken dårligere service eller en højere pris af den grund.",
    "You may ask to have data corrected or deleted. You may say no to its sale or sharing, and ask that sensitive data is used only "
    "for what is necessary. You get neither worse service nor a higher price for that.",
)
DISAGREE: Final = Both("Er du uenig, så skriv til os.", "If you disagree, write to us.")
KEEP_SAFE: Final = Both(
    "Mappen rummer dine personlige oplysninger. Gem den et sted, hvor kun du kan læse den.",
    "This folder holds your personal data. Keep it where only you can read it.",
)

OVERVIEW: Final = Both("Oversigt", "Overview")
PREVIOUS: Final = Both("Forrige side", "Previous page")
NEXT: Final = Both("Næste side", "Next page")
PAGE_ROWS: Final = Both("Side {page}: fra række {first}", "Page {page}: from row {first}")
PAGES: Final = Both("Sider", "Pages")

TRUE: Final = Both("ja", "yes")
FALSE: Final = Both("nej", "no")
NOT_SHOWN: Final = Both("(vises ikke)", "(not shown)")
EMPTY: Final = Both("(tom)", "(empty)")
CUT: Final = Both(
    "(forkortet her; hele teksten på {n} tegn står i data.json)",
    "(cut here; the whole text of {n} characters is in data.json)",
)
FILE: Final = Both("Fil", "File")
FILE_KINDS: Final[Mapping[str, Both]] = MappingProxyType(
    {
        "png": Both("Billede (PNG)", "Picture (PNG)"),
        "jpg": Both("Billede (JPEG)", "Picture (JPEG)"),
        "gif": Both("Billede (GIF)", "Picture (GIF)"),
        "pdf": Both("Dokument (PDF)", "Document (PDF)"),
    }
)
