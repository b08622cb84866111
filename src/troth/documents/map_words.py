"""Guarantees a Danish sentence for each question that a proposed map leaves open, and for what to do about it."""

from __future__ import annotations

from typing import Final

_LINKS: Final = (
    (
        "{link} names another person: is one's data the other's?",
        "{link} nævner en anden person: er den enes oplysninger den andens?",
    ),
    (
        "Is the {name} with this {columns} the same person as that {name_2}?",
        "Er den i {name} med denne {columns} samme person som den i {name_2}?",
    ),
    (
        "Is the {name} that {link} points to that person's own?",
        "Er den række i {name}, som {link} henviser til, personens egen?",
    ),
    (
        "Is a row of {name} owned by the {name_2} it names in {columns}?",
        "Ejes en række i {name} af den i {name_2}, som {columns} nævner?",
    ),
    ("{link} -> {name}: is {means} right?", "{link} -> {name}: er {means} rigtigt?"),
)
QUESTIONS: Final = (
    ("Is every row of {name} a person ({subject})?", "Er hver række i {name} en person ({subject})?"),
    ("Yes: {map}. No: {map_2}.", "Ja: {map}. Nej: {map_2}."),
    ("Must {columns} be kept under {law}?", "Skal {columns} gemmes efter {law}?"),
    (
        "Yes: write `active: true`. No: take the rule out.",
        "Ja: skriv `active: true`. Nej: tag reglen ud.",
    ),
    (
        "Does {columns} name the customer who controls the row?",
        "Nævner {columns} den kunde, der er dataansvarlig for rækken?",
    ),
    (
        "Yes: leave `tenant: {name}`. No: take the line out.",
        "Ja: lad `tenant: {name}` stå. Nej: tag linjen ud.",
    ),
    ("Which key of {name} can stand for nobody?", "Hvilken nøgle i {name} kan stå for ingen?"),
    ("Write `nobody: {{{columns}}}`.", "Skriv `nobody: {{{columns}}}`."),
    ("What do these columns of {name} hold: {columns}?", "Hvad rummer disse kolonner i {name}: {columns}?"),
    ("What does {name} hold?", "Hvad rummer {name}?"),
    ("What does {name} hold (guess: {guess})?", "Hvad rummer {name} (gæt: {guess})?"),
    ("Write `{name}: CATEGORY`.", "Skriv `{name}: KATEGORI`."),
    ("Write `CATEGORY` for each of them in the map.", "Skriv `KATEGORI` for hver af dem i kortet."),
    ("Yes: {map}. Else write the right category.", "Ja: {map}. Ellers skriv den rigtige kategori."),
    ("{name} follows {name_2}: by which column?", "{name} følger {name_2}: ved hvilken kolonne?"),
    (
        "Write a link: {{columns: [...], to: {name} [...], means: OWNED_BY}}.",
        "Skriv en henvisning: {{columns: [...], to: {name} [...], means: OWNED_BY}}.",
    ),
    (
        "{name} holds {columns} and only {link} names anybody: whose is it?",
        "{name} rummer {columns}, og kun {link} nævner nogen: hvis er det?",
    ),
    (
        "Theirs: write `means: OWNED_BY`. Somebody else's: add a link. Nobody's: `unsearched`.",
        "Den nævntes: skriv `means: OWNED_BY`. En andens: tilføj en henvisning. Ingens: `unsearched`.",
    ),
    (
        "{name} holds {columns}; no link says whose.",
        "{name} rummer {columns}; ingen henvisning siger, hvis det er.",
    ),
    (
        "Add a link, or write `subject` if its rows are people, or `unsearched: a reason`.",
        "Tilføj en henvisning, eller skriv `subject`, hvis rækkerne er personer, eller `unsearched: en grund`.",
    ),
    *_LINKS,
    *((f"{english} (guessed: {{reason}})", f"{danish} (gættet: {{reason}})") for english, danish in _LINKS),
    ("Yes: {map}. Else write the right meaning.", "Ja: {map}. Ellers skriv den rigtige betydning."),
    (
        "Yes: {map}. No such link: {map_2}. Else write the right meaning.",
        "Ja: {map}. Findes den ikke: {map_2}. Ellers skriv den rigtige betydning.",
    ),
    (
        "{where} holds keys of {name}; Troth finds identifiers there, but does not follow these keys. "
        "Does it say whose the row is?",
        "{where} rummer nøgler fra {name}; Troth finder kendetegn dér, men følger ikke nøglerne. Siger de, hvis rækken er?",
    ),
    (
        "No: leave it. Yes: put the key into a column of its own and link it to {name}.",
        "Nej: lad det være. Ja: læg nøglen i sin egen kolonne, og lad den henvise til {name}.",
    ),
    (
        "Is {columns} in {name} always that of the {name_2} who owns the row?",
        "Er {columns} i {name} altid ejerens, altså den i {name_2}, der ejer rækken?",
    ),
    (
        "Yes: write `identifies: [{columns}]`. No (it may be whoever was written to): leave it.",
        "Ja: skriv `identifies: [{columns}]`. Nej (det kan være den, der blev skrevet til): lad det være.",
    ),
)
"""What a proposed map leaves open."""
