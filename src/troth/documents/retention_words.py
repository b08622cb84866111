"""Guarantees Danish for each finding about retention and backups, and for each reason why rows are still personal."""

from __future__ import annotations

from typing import Final

from troth.documents.patterns import Phrases, Slot, several

PERSONAL: Final = Phrases(
    (
        ("a value that names somebody is left", "en værdi, der nævner nogen, er tilbage"),
        (
            "a surviving key groups one person's rows",
            "en nøgle, der bliver, viser, hvilke rækker der er én persons",
        ),
        ("each row has a number that others may know", "hver række har et nummer, som andre kan kende"),
        (
            "values that name people elsewhere stand here",
            "her står værdier, som nævner personer andre steder",
        ),
        (
            "the order of the rows' numbers gives back what was made coarser",
            "rækkefølgen af rækkernes numre røber det, der er gjort grovere",
        ),
        ("rows still refer to a person's row", "rækker henviser stadig til en persons række"),
        ("a hash was inverted by trying every value", "en hashværdi blev brudt ved at prøve alle værdier"),
        (
            "a hash could not be inverted in the time given; whoever knows how it was made may",
            "en hashværdi kunne ikke brydes på den tid, der var; det kan den, der ved, hvordan den er dannet, måske",
        ),
        (
            "a copy of what was anonymised stands elsewhere",
            "en kopi af det, der er anonymiseret, står et andet sted",
        ),
        ("free text is left", "der er fri tekst tilbage"),
        (
            "a combination of traits is held by too few rows",
            "for få rækker har den samme sammensætning af træk",
        ),
        (
            "everybody with the same traits has the same sensitive value",
            "alle med de samme træk har den samme følsomme værdi",
        ),
        ("rows can be singled out", "rækker kan udpeges enkeltvis"),
        ("two parts of a row can be linked", "to dele af en række kan kædes sammen"),
        ("a value can be inferred from the others", "en værdi kan udledes af de andre"),
        (
            "there are too few rows to bound a risk",
            "der er for få rækker til at sætte en grænse for risikoen",
        ),
        ("nobody has said what a column holds", "ingen har sagt, hvad en kolonne rummer"),
        ("the three attacks were not measured", "de tre angreb er ikke målt"),
        (
            "there are too few rows to measure the three attacks",
            "der er for få rækker til at måle de tre angreb",
        ),
    )
)
"""Why rows are still somebody's."""

_WHY: Final = Phrases(
    (("{personal} ({names})", "{personal} ({names})"),), {"personal": Slot(".+?", PERSONAL.danish)}
)

_FOUND: Final = (
    ("{rule} says how long the same is kept", "{rule} siger, hvor længe det samme gemmes"),
    ("the dataset is gone", "datasættet er væk"),
    ("there is no column {column} to be its clock", "der er ingen kolonne {column} at tælle fra"),
    ("{law} does not hold today", "{law} gælder ikke i dag"),
    ("{law} was not checked", "{law} er ikke efterprøvet"),
    ("{column} holds no dates that can be trusted", "{column} rummer ikke datoer, der kan stoles på"),
    ("its rows have no key", "rækkerne har ingen nøgle"),
    ("its rows belong to customers", "rækkerne er kunders"),
    ("the map has no active keep for this law", "kortet har ingen aktiv regel om at gemme efter den lov"),
    (
        "the link to {place} names no one row: other rows of it may have the same",
        "henvisningen til {place} nævner ikke én række: andre rækker dér kan have det samme",
    ),
    (
        "the link to {place} names no one row: they are of different kinds",
        "henvisningen til {place} nævner ikke én række: de er af forskellig slags",
    ),
    (
        "no column of it can be made neutral so that it shows: what was done would be due again",
        "ingen af kolonnerne kan gøres neutral, så det kan ses: det, der var gjort, ville være forfaldent igen",
    ),
    ("{column} cannot let go of {place}", "{column} kan ikke give slip på {place}"),
    ("its columns are keys or links", "kolonnerne er nøgler eller henvisninger"),
    ("{rule} counts from its rows, and longer", "{rule} tæller fra rækkerne, og længere"),
    (
        "{rows} have a clock that shows no moment; they are never due",
        "{rows} har en dato, der ikke er noget tidspunkt; de forfalder aldrig",
    ),
    ("its rows would be still personal: {why}", "rækkerne ville stadig være personoplysninger: {why}"),
)
_HINTS: Final = (
    (
        "Write a rule for it, or let one erase the whole row.",
        "Skriv en regel for det, eller lad en regel slette hele rækken.",
    ),
    (
        "Keep one of them, or give both a `when` that tells their rows apart.",
        "Behold den ene, eller giv begge et `when`, der skiller deres rækker.",
    ),
    ("Take it out, or mend the map.", "Tag det ud, eller ret kortet."),
    (
        "A rule for a category needs a clock that each of its datasets has; write one for this dataset.",
        "En regel for en kategori skal have noget at tælle fra, som alle dens datasæt har; skriv en for dette datasæt.",
    ),
    ("Name the law that does.", "Nævn den lov, der gør."),
    ("Ask your lawyer; see docs/retention.md.", "Spørg jeres jurist; se docs/retention.md."),
    ("Say in what it counts: epoch: seconds.", "Skriv, hvad den tæller i: epoch: seconds."),
    (
        "Give it a column of a date or a moment in time.",
        "Giv den en kolonne med en dato eller et tidspunkt.",
    ),
    ("Give the dataset a `key` in the map.", "Giv datasættet en `key` i kortet."),
    (
        "Write `instruction: REFERENCE` of the agreement, or `agreements` for each customer; until then they are held.",
        "Skriv `instruction: REFERENCE` fra aftalen, eller `agreements` for hver kunde; indtil da bliver de.",
    ),
    (
        "Write `keep: [{{law: {law}, …, active: true}}]` in the map, or a request will erase these rows.",
        "Skriv `keep: [{{law: {law}, …, active: true}}]` i kortet, ellers sletter en anmodning de rækker.",
    ),
    (
        "A clock needs a link to the key of the other dataset.",
        "Skal der tælles fra et andet datasæt, må henvisningen gå til dets nøgle.",
    ),
    (
        "Let a rule erase the row, or give one of its columns one `erased` value for all rows in the map.",
        "Lad en regel slette rækken, eller giv i kortet en af kolonnerne én `erased`-værdi for alle rækker.",
    ),
    (
        "Let {column} be NULL, give {name} a `nobody`, or erase the rows.",
        "Lad {column} være NULL, giv {name} en `nobody`, eller slet rækkerne.",
    ),
    ("Erase the row instead.", "Slet rækken i stedet."),
    (
        "Rows of {name} stay until what counts from them is due: keep them at least as long.",
        "Rækker i {name} bliver, til det, der tæller fra dem, er forfaldent: gem dem mindst lige så længe.",
    ),
    (
        "Mend those cells: a date before 1970-01-02, a zero date, or text that is none.",
        "Ret de celler: en dato før 1970-01-02, en nul-dato eller tekst, der ingen dato er.",
    ),
    (
        "Erase the rows, let go of what is left, or write the officer's decision: `anonymised:` in the map.",
        "Slet rækkerne, giv slip på det, der er tilbage, eller skriv den databeskyttelsesansvarliges beslutning: "
        "`anonymised:` i kortet.",
    ),
)
FINDINGS: Final = Phrases(
    (
        (
            "no rule says how long this is kept: {columns}",
            "ingen regel siger, hvor længe dette gemmes: {columns}",
        ),
        *((f"{{named}}: {english}", f"{{named}}: {danish}") for english, danish in _FOUND),
        *_HINTS,
    ),
    {"named": Slot("[^:]+", str), "why": Slot(".+?", several(_WHY.danish))},
)
"""What `troth retention check` finds: the rule's name, then what is wrong with it."""

BACKUPS: Final = Phrases(
    (
        ("Run the backup; then register it.", "Tag sikkerhedskopien, og registrér den."),
        (
            "troth backup drill {system}=URL --backup-taken T",
            "Kør troth backup drill {system}=URL --backup-taken T",
        ),
        (
            "Encrypt it, or say how it is: --encrypted age.",
            "Kryptér den, eller sig, hvordan den er det: --encrypted age.",
        ),
        (
            "Name everybody who may read it: --reader role:dba; and take the right from all others.",
            "Nævn alle, der må læse den: --reader role:dba; og fratag alle andre retten.",
        ),
        ("Take the right away from programs and from everyone.", "Fratag programmer og enhver retten."),
        ("Say how long it is kept: --keep 30d.", "Sig, hvor længe den gemmes: --keep 30d."),
        (
            "Agree that it is restored through `troth restore-guard` only, and say --guarded.",
            "Aftal, at den kun gendannes gennem `troth restore-guard`, og sig --guarded.",
        ),
        ("Remove it; then: troth backup forget {name}", "Fjern den, og derefter: troth backup forget {name}"),
        (
            "Keep it for a shorter time, or raise TROTH_TOMBSTONE_DAYS.",
            "Gem den i kortere tid, eller hæv TROTH_TOMBSTONE_DAYS.",
        ),
    )
)
"""What to do about what is wrong with a backup."""
