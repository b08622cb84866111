"""Guarantees a Danish sentence for each question that a proposed map leaves open, each finding, and what to do about it."""

from __future__ import annotations

from typing import Final

from troth.documents.patterns import Phrases, Slot

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

_FOUND: Final = (
    (
        "a dataset of the store has no decision in the map",
        "et datasæt i systemet er der ikke taget stilling til i kortet",
    ),
    (
        "a column of the store has no decision in the map",
        "en kolonne i systemet er der ikke taget stilling til i kortet",
    ),
    ("a dataset of the map is gone from the store", "et datasæt i kortet findes ikke længere i systemet"),
    ("a column of the map is gone from the store", "en kolonne i kortet findes ikke længere i systemet"),
    (
        "a link leads to or from what is gone from the store",
        "en henvisning går til eller fra noget, der ikke længere findes i systemet",
    ),
    ("a declared foreign key is missing in the map", "en erklæret fremmednøgle mangler i kortet"),
    ("a decision names a column that does not exist", "en beslutning nævner en kolonne, der ikke findes"),
    ("a keep rule names no law", "en regel om at gemme nævner ingen lov"),
    ("an active keep rule has no end", "en aktiv regel om at gemme har ingen slutning"),
    (
        "people of this dataset have no unique identifier to be found by",
        "personerne i datasættet har intet entydigt kendetegn at blive fundet ved",
    ),
    (
        "personal data that nobody owns: no request will reach it",
        "personoplysninger, som ingen ejer: ingen anmodning når dem",
    ),
    ("ownership over this link reaches nobody", "ejerskab ad denne henvisning når ingen"),
    ("a guess nobody has confirmed", "et gæt, som ingen har bekræftet"),
    ("a system has no decision in the map", "et system er der ikke taget stilling til i kortet"),
    (
        "a keep rule names a law by an id that is not known",
        "en regel om at gemme nævner en lov med et id, der ikke kendes",
    ),
    (
        "people of this dataset have no key: their rows cannot be erased",
        "personerne i datasættet har ingen nøgle: deres rækker kan ikke slettes",
    ),
    (
        "a keep rule is proposed and not yet decided",
        "en regel om at gemme er foreslået, men ikke afgjort",
    ),
    (
        "a system is kept by hand, and no program looks into it",
        "et system føres i hånden, og intet program søger i det",
    ),
    (
        "a recipient has no address: an officer must tell them",
        "en modtager har ingen adresse: en medarbejder må give dem besked",
    ),
)
DETAILS: Final = Phrases(
    (
        ("{what} names {name}", "{what} nævner {name}"),
        ("{place} is not in the map", "{place} står ikke i kortet"),
        ("{place} is gone", "{place} er væk"),
        ("{name} is {category}?", "er {name} {category}?"),
        ("its rows are people ({subject})?", "er rækkerne personer ({subject})?"),
        ("{name} means {means}?", "betyder {name} {means}?"),
        ("{name} answers for it", "{name} står for det"),
        ("{name} belongs to nobody", "{name} er ingens"),
    ),
    {"what": Slot("key|nobody|tenant|entitlements|on_get|on_erase|keep|when", str)},
)
"""What a finding says of its place, where that is more than a name."""


def _detail(text: str) -> str:
    return DETAILS.danish(text) or text


FINDINGS: Final = Phrases(
    (
        *((f"{english}: {{detail}}.", f"{danish}: {{detail}}.") for english, danish in _FOUND),
        ("Run `troth map` to propose one.", "Kør `troth map` for at få et forslag."),
        (
            "Run `troth map` to propose one, or list it under `unmapped` with a reason.",
            "Kør `troth map` for at få et forslag, eller skriv det under `unmapped` med en grund.",
        ),
        (
            "Run `troth map` to propose a category, or write one under `fields`.",
            "Kør `troth map` for at få foreslået en kategori, eller skriv en under `fields`.",
        ),
        (
            "Take it out of the map if it is gone for good; check where its rows went.",
            "Tag det ud af kortet, hvis det er væk for altid; se efter, hvor rækkerne blev af.",
        ),
        (
            "Take it out of the map if it is gone for good.",
            "Tag den ud af kortet, hvis den er væk for altid.",
        ),
        ("Correct `{what}`.", "Ret `{what}`."),
        ("Take the link out, or correct it.", "Tag henvisningen ud, eller ret den."),
        (
            "Run `troth map`, or write the link; MENTIONS passes nothing.",
            "Kør `troth map`, eller skriv henvisningen; MENTIONS giver intet videre.",
        ),
        ("Each case asks for it.", "Hver sag spørger efter det."),
        ("Write `mail:`.", "Skriv `mail:`."),
        ("Write `key:`.", "Skriv `key:`."),
        (
            "Write `law:`; without one nothing wins over erasure (Art. 17(3)).",
            "Skriv `law:`; uden en lov går intet forud for sletning (artikel 17, stk. 3).",
        ),
        ("Correct the id, or name the law in words.", "Ret id'et, eller nævn loven med ord."),
        (
            "Write `active: true`, or take the rule out.",
            "Skriv `active: true`, eller tag reglen ud.",
        ),
        (
            "Write `until:`; what is kept must go when the ground lapses.",
            "Skriv `until:`; det, der gemmes, skal væk, når grunden bortfalder.",
        ),
        (
            "Give an e-mail, a telephone or a customer number its category.",
            "Giv en e-mailadresse, et telefonnummer eller et kundenummer sin kategori.",
        ),
        (
            "Add a link that says whose rows they are, or `subject`, or `unsearched` with a reason.",
            "Tilføj en henvisning, der siger, hvis rækkerne er, eller `subject`, eller `unsearched` med en grund.",
        ),
        ("Write MENTIONS, or link that dataset.", "Skriv MENTIONS, eller giv det datasæt en henvisning."),
    ),
    {"detail": Slot(".+?", _detail)},
)
"""What `troth map --check` finds."""
