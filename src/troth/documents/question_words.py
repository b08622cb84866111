"""Guarantees a Danish sentence for each question of the engine and each remedy; commands, options and names stay as they are."""

from __future__ import annotations

import re
from typing import Final

from troth.datamap.categories import CATEGORIES
from troth.documents import cause_words as causes
from troth.documents import map_words
from troth.documents.patterns import NAME, Phrases, Slot, number, rows, several

PLACES: Final = Phrases((("every dataset of people", "alle datasæt om personer"),))
"""Where a question stands, where that is not a name."""

_FILED: Final = {"name": "navn", "text": "tekst", "number": "nummer"}


def _category(name: str) -> str:
    """What people call a kind of identifier, in the middle of a sentence."""
    return CATEGORIES[name].da.lower() if name in CATEGORIES else _FILED.get(name, name)


def _crowded(text: str) -> str:
    """`3 rækker i crm.customer, 2 rækker i …`"""
    return re.sub(r"(^|, )(\d+ rows) of ", lambda found: f"{found[1]}{rows(found[2])} i ", text)


def _which(text: str) -> str:
    """Rows as they are named on a command line, one or another."""
    said = re.sub(r" or (?=[^\s=]+\.[^\s=]+=)", " eller ", text)
    return re.sub(r" \(and (\d+) more\)$", r" (og \1 til)", said)


def _sized(text: str) -> str:
    """Tables with how many rows and megabytes they have."""
    return re.sub(
        r"\(about ([\d,]+) rows, ([\d,]+) MB\)",
        lambda found: f"(omtrent {number(found[1])} rækker, {number(found[2])} MB)",
        text,
    )


def _law(text: str) -> str:
    return "en lov" if text == "a law" else text


def _asked(text: str) -> str | None:
    return QUESTIONS.danish(text)


_ONE: Final = "(?:(?! Or ).)+?"  # a hold's question goes on after it
_SLOTS: Final = {
    "sought": Slot(r"(?:[\w.\- ]+=)?(?:\+\d+ )?[^\s•]*•.*?", NAME.danish),  # masked, its kind before it
    "category": Slot("[a-z_]+", _category),
    "crowded": Slot(r"\d+ rows of .+", _crowded),
    "which": Slot(_ONE, _which),
    "customers": Slot(_ONE, NAME.danish),
    "row": Slot(_ONE, NAME.danish),
    "sized": Slot(".+?", _sized),
    "where": NAME,  # a column, or a path in it: `tags: [].id`
    "law": Slot(".+?", _law),
    "map": Slot("`troth map --[^`]+`", NAME.danish),
    "limit": Slot("max_[a-z]+", NAME.danish),
    "asked": Slot(".+?", _asked),
    "near": Slot(".+?", causes.NEAR.danish),
    "rights": Slot(".+?", several(causes.RIGHTS.danish)),
    "trigger": Slot(".+?", several(causes.TRIGGERS.danish)),
    "blind": Slot(".+?", several(causes.BLIND.danish)),
    "rowwise": Slot(".+?", causes.ROWWISE.danish),
    "stays": Slot(".+?", causes.STAYS.danish),
    "reason": Slot(".+?", causes.reasons),
}

_WHO: Final = (
    ("{sought} names no row of a person", "{sought} findes ikke i nogen række om en person"),
    (
        "Check the spelling, or give another identifier: e-mail, phone, customer number, dataset=key.",
        "Se efter, om det er stavet rigtigt, eller giv et andet kendetegn: e-mail, telefon, kundenummer, datasæt=nøgle.",
    ),
    (
        "{sought} names {n} rows that may be different people",
        "{sought} passer på {n} rækker, der kan være forskellige personer",
    ),
    ("Say which one: {which}", "Sig, hvilken det er: {which}"),
    (
        "Choose a customer with --scope: {customers}. Or say which row: {which}",
        "Vælg en kunde med --scope: {customers}. Eller sig, hvilken række det er: {which}",
    ),
    (
        "the {category} {masked} is shared: {crowded}",
        "samme {category}, {masked}, står hos flere: {crowded}",
    ),
    (
        "one {link} that says who is the same is shared: {crowded}",
        "samme {link}, som skal vise, hvem der er samme person, står hos flere: {crowded}",
    ),
    (
        "It was not followed. If the other rows are the same person, name them too, as dataset=key.",
        "Der er ikke søgt videre efter den. Er de andre rækker samme person, så nævn dem også, som datasæt=nøgle.",
    ),
    (
        "a row holds the same {category} ({masked}) but nothing else agrees",
        "en række har samme {category} ({masked}), men intet andet stemmer",
    ),
    (
        "a row holds the same {category} ({masked}) but its name or national id is another",
        "en række har samme {category} ({masked}), men et andet navn eller personnummer",
    ),
    (
        "the link {link} says that a row is the same person, but its name or national id is another",
        "henvisningen {link} siger, at en række er samme person, men navnet eller personnummeret er et andet",
    ),
    ("If it is the same person, name it too: {row}", "Er det samme person, så nævn også den: {row}"),
    (
        "{rows} is the same person only by a link that nobody has confirmed: {link}",
        "{rows} er kun samme person efter en henvisning, som ingen har bekræftet: {link}",
    ),
    (
        "{rows} are the same person only by a link that nobody has confirmed: {link}",
        "{rows} er kun samme person efter en henvisning, som ingen har bekræftet: {link}",
    ),
    (
        "It was not followed. Right: troth map --accept '{link}'; wrong: --reject",
        "Den er ikke fulgt. Rigtig: troth map --accept '{link}'; forkert: --reject",
    ),
    (
        "an e-mail address there ({masked}) is nearly the same: {near}; it was not followed",
        "en e-mailadresse dér ({masked}) er næsten den samme, forskellen er {near}; den er ikke fulgt",
    ),
    (
        "If it is the same person, name that row too: {row}",
        "Er det samme person, så nævn også den række: {row}",
    ),
    (
        "the same person is known to {n} customers, each a controller of their own",
        "samme person er kendt hos {n} kunder, som hver for sig er dataansvarlig",
    ),
    ("Choose one with --scope: {customers}", "Vælg en med --scope: {customers}"),
    (
        "another person's row holds the same {category}; its copies were left alone",
        "en anden persons række har samme {category}; kopierne er ikke rørt",
    ),
    (
        "whom a legal hold is about is not clear: {asked}",
        "det er ikke klart, hvem et slettestop handler om: {asked}",
    ),
    (
        "{asked} Or place the hold anew with other identifiers, and lift this one.",
        "{asked} Eller læg slettestoppet på ny med andre kendetegn, og ophæv dette.",
    ),
    (
        "legal hold {hold} keeps it, and it is not there any more",
        "slettestoppet {hold} bevarer det, men det findes ikke længere",
    ),
    (
        "Put it back into map and store; or place the hold anew where its rows are now, and lift this one.",
        "Sæt det ind igen i kort og system, eller læg slettestoppet på ny dér, hvor rækkerne er nu, og ophæv dette.",
    ),
    (
        "a legal hold on part of this was placed, and no second person has confirmed it",
        "der er lagt et slettestop på en del af det her, og ingen anden har bekræftet det",
    ),
    (
        "Somebody else says: troth hold confirm {hold}; or withdraw it: troth hold lift {hold_2}.",
        "En anden siger: troth hold confirm {hold}; eller træk det tilbage: troth hold lift {hold_2}.",
    ),
)
"""Who is meant, and what holds keep."""

_PLAN: Final = (
    (
        "{rows} that stay must refer to rows of {name}, which stay too, emptied",
        "{rows}, der bliver, skal henvise til rækker i {name}, som derfor også bliver, men tømmes",
    ),
    (
        "If the people behind those rows share it, write `means: OWNS` for this link; otherwise let the link be NULL, "
        "or decide `erase: anonymise` for {name}.",
        "Er det fælles for personerne bag de rækker, så skriv `means: OWNS` ved henvisningen; ellers lad den være NULL, "
        "eller vælg `erase: anonymise` for {name}.",
    ),
    (
        "rows here are controlled by customer {customer}; a processor acts only on their instruction (GDPR Art. 28(3)(a))",
        "kunden {customer} er dataansvarlig for rækker her; en databehandler handler kun efter kundens instruks "
        "(databeskyttelsesforordningens artikel 28, stk. 3, litra a)",
    ),
    (
        "Record the instruction: --instruction {customer}=REFERENCE",
        "Notér instruksen: --instruction {customer}=REFERENCE",
    ),
    (
        "rows of {name} stay, and nobody has said what these columns hold: {columns}",
        "rækker i {name} bliver, og ingen har sagt, hvad disse kolonner rummer: {columns}",
    ),
    (
        "Give each a category in the map (`none` if it says nothing about a person).",
        "Giv hver af dem en kategori i kortet (`none`, hvis den intet siger om en person).",
    ),
    (
        "{rows} not linked to the person mention the name; they were left as they are",
        "{rows}, der ikke er knyttet til personen, nævner navnet; de står, som de var",
    ),
    (
        "{rows} hold the person's address and may be somebody else's, who lives there too; they were left",
        "{rows} rummer personens adresse, men kan være en andens, der også bor dér; de er ikke rørt",
    ),
    (
        "Read them and edit by hand what is about this person: {keys}",
        "Læs dem, og ret i hånden det, der handler om denne person: {keys}",
    ),
    (
        "no neutral value fits this column (NOT NULL, UNIQUE or CHECK forbids those tried)",
        "ingen neutral værdi passer i kolonnen (NOT NULL, UNIQUE eller CHECK forbyder dem, der er prøvet)",
    ),
    (
        "Say in the map what an erased value looks like: {{category: ..., erased: VALUE}}",
        "Skriv i kortet, hvordan en slettet værdi ser ud: {{category: ..., erased: VÆRDI}}",
    ),
    (
        "mandatory references form a cycle among rows that would be erased; no order of statements works",
        "påkrævede henvisninger danner en ring mellem rækker, der ville blive slettet; ingen rækkefølge går op",
    ),
    (
        "Make one of the references nullable or deferrable, or decide `erase: anonymise` for one dataset.",
        "Lad en af henvisningerne kunne være NULL eller udsættes (DEFERRABLE), eller vælg `erase: anonymise` for et datasæt.",
    ),
    *(
        (
            f"a trigger runs when rows here change, and it {english}: {{trigger}}",
            f"en trigger kører, når rækker her ændres, og den {danish}: {{trigger}}",
        )
        for english, danish in (
            ("copies rows elsewhere", "kopierer rækker til andre steder"),
            ("changes other rows", "ændrer andre rækker"),
            ("may refuse", "kan sige nej"),
            ("is not understood", "kan ikke tydes"),
        )
    ),
    (
        "Read the trigger; then accept it with --accept plan.Q008, or disable it first.",
        "Læs triggeren; godtag den så med --accept plan.Q008, eller slå den fra først.",
    ),
    ("we may not see all of it: {blind}", "vi må ikke se det hele: {blind}"),
    (
        "Grant what is missing (docs/grants.md), or write `unsearched: REASON` in the map.",
        "Giv den adgang, der mangler (docs/grants.md), eller skriv `unsearched: GRUND` i kortet.",
    ),
    ("it is not in the map, and refers to {name}", "den står ikke i kortet og henviser til {name}"),
    ("Run `troth map` again and decide about it.", "Kør `troth map` igen, og tag stilling til den."),
    (
        "{rows} are reached only over a link to {name} that nobody has confirmed",
        "{rows} nås kun ad en henvisning til {name}, som ingen har bekræftet",
    ),
    (
        "{rows} that stay refer to rows of {name} that go, if a link that nobody has confirmed is right",
        "{rows}, der bliver, henviser til rækker i {name}, der forsvinder, hvis en henvisning, som ingen har bekræftet, er rigtig",
    ),
    (
        "Right: troth map --accept '{link}'; wrong: --reject",
        "Rigtig: troth map --accept '{link}'; forkert: --reject",
    ),
    (
        "a row nobody owns is named by the person's identifier itself, so it can only go or stay as a whole",
        "en række, som ingen ejer, har selve personens kendetegn som nøgle, så den kan kun forsvinde eller blive som helhed",
    ),
    (
        "Say in the map what it is: `subject` if its rows are people, or `unsearched` with the reason it stays.",
        "Skriv i kortet, hvad det er: `subject`, hvis rækkerne er personer, eller `unsearched` med grunden til, at det bliver.",
    ),
    (
        "the pseudo-subject of {name} cannot be made: it must refer to a row of {name_2}, and none is sure to stay",
        "stedfortræderen i {name} kan ikke laves: den skal henvise til en række i {name_2}, og det er ikke sikkert, at nogen bliver",
    ),
    (
        "Give {name} a `nobody` too, let the column be NULL, or make the pseudo-subject's row yourself.",
        "Giv også {name} en `nobody`, lad kolonnen være NULL, eller lav selv stedfortræderens række.",
    ),
    (
        "it holds personal data and no link says whose: it was only searched for identifiers",
        "det rummer personoplysninger, og ingen henvisning siger, hvis de er: der er kun ledt efter kendetegn",
    ),
    (
        "Add a link in the map, or `subject` if its rows are people, or `unsearched` with the reason.",
        "Tilføj en henvisning i kortet, eller `subject`, hvis rækkerne er personer, eller `unsearched` med grunden.",
    ),
    (
        "rows hold the same customer number, and no link says that they are this customer's",
        "rækker har samme kundenummer, og ingen henvisning siger, at de er denne kundes",
    ),
    (
        "Add a link from {name} to the customers in the map (OWNED_BY, or MENTIONS where it only names them).",
        "Tilføj i kortet en henvisning fra {name} til kunderne (OWNED_BY, eller MENTIONS, hvor den kun nævner dem).",
    ),
    (
        "the plan needs rights that Troth has not been given here: {rights}",
        "planen kræver rettigheder, som Troth ikke har fået her: {rights}",
    ),
    (
        "Grant them (docs/grants.md), or let {name} name a role that has them.",
        "Giv dem (docs/grants.md), eller lad {name} nævne en rolle, der har dem.",
    ),
    (
        "{rowwise}: what is done here stays done if the run ends in between",
        "{rowwise}: det, der er gjort her, er gjort, også hvis kørslen standser midtvejs",
    ),
    (
        "Nothing is lost: `troth resume` finishes it. With transactions: ALTER TABLE ... ENGINE = InnoDB.",
        "Intet går tabt: `troth resume` gør det færdigt. Med transaktioner: ALTER TABLE ... ENGINE = InnoDB.",
    ),
    (
        "{rows} stay and are still personal: {stays} ({columns})",
        "{rows} bliver og er stadig personoplysninger: {stays} ({columns})",
    ),
    (
        "Let the key be NULL or `nobody`, erase the rows, or write the officer's decision: `anonymised:` in the map.",
        "Lad nøglen være NULL eller `nobody`, slet rækkerne, eller skriv den databeskyttelsesansvarliges beslutning: "
        "`anonymised:` i kortet.",
    ),
)
"""What stands before a plan, or beside it."""

_RUN: Final = (
    (
        "the plan touches {rows} here; one run may touch {n}",
        "planen rører {rows} her; én kørsel må røre {n}",
    ),
    (
        "the plan touches {n} people here; one run may touch {n_2}",
        "planen rører oplysninger om {n} personer her; én kørsel må røre {n_2}",
    ),
    (
        "Read the plan again: is every link right? Then say --over-ceiling, or raise {limit} in the map.",
        "Læs planen igen: er alle henvisninger rigtige? Sig så --over-ceiling, eller hæv {limit} i kortet.",
    ),
    ("{rows} are due here; one run may touch {n}", "her er {rows} forfaldne; én kørsel må røre {n}"),
    (
        "Read `troth retention preview`: is every rule right? Then say --over-ceiling, or raise {limit} in the map.",
        "Læs `troth retention preview`: er alle regler rigtige? Sig så --over-ceiling, eller hæv {limit} i kortet.",
    ),
    (
        "these are its quiet hours, until {clock}: nothing is written in them",
        "det er systemets stille timer, til {clock}: så længe skrives der intet",
    ),
    (
        "Run it again after that, or say --ignore-quiet-hours.",
        "Kør det igen bagefter, eller sig --ignore-quiet-hours.",
    ),
    (
        "no index leads with {columns}, and it has about {n} rows: the database reads all of it for each row of {name} that is erased",
        "intet indeks begynder med {columns}, og der er omtrent {n} rækker: databasen læser dem alle for hver række i {name}, der slettes",
    ),
    (
        "no index leads with {columns}, and it has about {n} rows: it is read whole to follow a link",
        "intet indeks begynder med {columns}, og der er omtrent {n} rækker: de læses alle for at følge en henvisning",
    ),
    ("Make it first: {sql}", "Lav det først: {sql}"),
    (
        "to look for identifiers reads about {n} MB, by the database's own estimate: {sized}",
        "at lede efter kendetegn læser omtrent {n} MB efter databasens eget skøn: {sized}",
    ),
    (
        "It takes no lock. Name a replica with `read:`, or say in the map why a dataset is `unsearched`.",
        "Det låser intet. Nævn en kopi af serveren med `read:`, eller skriv i kortet, hvorfor et datasæt er `unsearched`.",
    ),
    (
        "What are these rows for, and on which legal basis?",
        "Hvad bruges rækkerne til, og på hvilket retsgrundlag?",
    ),
    (
        "Write `purposes` for it in the map: names of the notice's purposes, whose promises name the basis.",
        "Skriv `purposes` ved det i kortet: navne på erklæringens formål, hvis løfter nævner grundlaget.",
    ),
    ("Where do the values of some columns come from?", "Hvor kommer værdierne i nogle af kolonnerne fra?"),
    (
        "Write `origin` in the map, for the dataset or for a field: provided, observed, derived, received.",
        "Skriv `origin` i kortet, ved datasættet eller ved et felt: provided, observed, derived, received.",
    ),
)
"""What a run costs and how much it may do, and what a copy to take along needs."""

QUESTIONS: Final = Phrases((*_WHO, *_PLAN, *_RUN, *map_words.QUESTIONS), _SLOTS)
