"""Guarantees a Danish sentence for each cause that a question of the engine names: a trigger, a blind spot, a right, a guess."""

from __future__ import annotations

from typing import Final

from troth.documents.patterns import Phrases, Slot, several

TRIGGERS: Final = Phrases(
    (
        ("inserts into {name}", "indsætter i {name}"),
        ("updates {name}", "ændrer {name}"),
        ("deletes from {name}", "sletter fra {name}"),
        ("raises an error", "melder fejl"),
        ("asserts a condition", "kræver en betingelse opfyldt"),
        ("its language ({language}) cannot be read: {sql}", "dens sprog ({language}) kan ikke læses: {sql}"),
        ("its text ends too early", "dens tekst hører op for tidligt"),
        ("it has no body", "den har intet indhold"),
        ("its body could not be found", "dens indhold blev ikke fundet"),
        ("its action could not be found", "det, den gør, blev ikke fundet"),
        ("there is something after its END", "der står noget efter dens END"),
        ("its END is missing", "dens END mangler"),
        ("a parenthesis is not closed", "en parentes bliver ikke lukket"),
        ("it may end without RETURN", "den kan slutte uden RETURN"),
        ("it replaces the statement", "den træder i stedet for sætningen"),
        ("it swallows the statement", "den sluger sætningen"),
        ("it puts something else in the statement's place", "den sætter noget andet i sætningens sted"),
        ("a condition is not understood", "en betingelse kan ikke tydes"),
        ("a declaration is not understood: {sql}", "en erklæring kan ikke tydes: {sql}"),
        ("an assignment is not understood: {sql}", "en tildeling kan ikke tydes: {sql}"),
        ("an assignment to {column} is not understood", "en tildeling til {column} kan ikke tydes"),
        ("a statement is not understood: {sql}", "en sætning kan ikke tydes: {sql}"),
        ("an expression is not understood: {sql}", "et udtryk kan ikke tydes: {sql}"),
        ("an array element by a variable index", "et element i en liste efter et indeks, der skifter"),
        (
            "a value from elsewhere is put into the row: {sql}",
            "en værdi andre steder fra sættes ind i rækken: {sql}",
        ),
        (
            "{column} is set from {word}, which may bring back an old value",
            "{column} sættes efter {word}, som kan bringe en gammel værdi tilbage",
        ),
        (
            "RETURN {sql} would drop or undo the change ({events})",
            "RETURN {sql} ville droppe eller omgøre ændringen ({events})",
        ),
        ("RAISE(IGNORE) drops the change in silence", "RAISE(IGNORE) dropper ændringen uden at sige det"),
        ("it may write values into the server's log", "den kan skrive værdier i serverens log"),
        (
            "it runs SQL that is put together at run time",
            "den kører SQL, der først sættes sammen, når den kører",
        ),
        (
            "it is written with {mark}, which MariaDB and MySQL read in a way of their own",
            "den er skrevet med {mark}, som MariaDB og MySQL læser på deres egen måde",
        ),
        (
            "it calls {name}(), which is not known to be without effects",
            "den kalder {name}(), og det vides ikke, om den har virkninger",
        ),
    )
)
"""What a trigger does, or why it could not be read."""

BLIND: Final = Phrases(
    (
        ("no SELECT on the table", "ingen SELECT på tabellen"),
        ("no SELECT on the columns {columns}", "ingen SELECT på kolonnerne {columns}"),
        (
            "SELECT on single columns only: there may be others",
            "kun SELECT på enkelte kolonner: der kan være andre",
        ),
        (
            "no TRIGGER right: whether something copies its rows cannot be seen",
            "ingen TRIGGER-ret: det kan ikke ses, om noget kopierer rækkerne",
        ),
        ("its rows live elsewhere (engine {engine})", "dens rækker ligger et andet sted (motor {engine})"),
        (
            "its engine (ARCHIVE) can neither change nor delete rows",
            "dens motor (ARCHIVE) kan hverken ændre eller slette rækker",
        ),
        ("the server cannot open it", "serveren kan ikke åbne den"),
        (
            "what is changed or deleted stays in its history until DELETE HISTORY (system versioning)",
            "det, der ændres eller slettes, bliver i dens historik indtil DELETE HISTORY (systemversionering)",
        ),
        (
            "rows of {name}, another database, refer to it (ON DELETE {rule})",
            "rækker i {name}, en anden database, henviser til den (ON DELETE {rule})",
        ),
        ("no USAGE on the schema {name}", "ingen USAGE på skemaet {name}"),
        (
            "row level security applies to us: some rows may be hidden",
            "rækkesikkerhed gælder for os: nogle rækker kan være skjult",
        ),
        (
            "{column} may name a large object, whose bytes lie outside the table",
            "{column} kan nævne et stort objekt, hvis bytes ligger uden for tabellen",
        ),
        ("the partition {name} lives in another system", "partitionen {name} ligger i et andet system"),
        (
            "its rows include those of {name}, a dataset of its own",
            "dens rækker omfatter dem i {name}, som er et datasæt for sig",
        ),
        (
            "its declaration could not be read: CHECK constraints are unknown",
            "dens erklæring kunne ikke læses: CHECK-betingelserne kendes ikke",
        ),
        ("the view does not open: {why}", "visningen kan ikke åbnes: {why}"),
        (
            "a full-text index without content: its words cannot be read back",
            "et fuldtekstindeks uden indhold: dets ord kan ikke læses tilbage",
        ),
    )
)
"""Why not all of a dataset may be seen, or changed."""

UNSEARCHED: Final = Phrases(
    (
        (
            "not in the map; only searched for identifiers",
            "står ikke i kortet; der er kun ledt efter kendetegn",
        ),
        (
            "a foreign table: its rows live in another system, which has its own place in the map",
            "en fremmed tabel: dens rækker ligger i et andet system, som har sin egen plads i kortet",
        ),
        (
            "a virtual table of the module {name}, which this SQLite does not have",
            "en virtuel tabel af modulet {name}, som denne SQLite ikke har",
        ),
        (
            "rows as they were before, kept by system versioning: not searched",
            "rækker, som de var før, gemt ved systemversionering: ikke gennemsøgt",
        ),
        (
            "this account has no SELECT on the whole database: there may be tables it cannot see",
            "kontoen har ikke SELECT på hele databasen: der kan være tabeller, den ikke kan se",
        ),
        (
            "{n} stored events: what they copy, and when, is not read",
            "{n} planlagte hændelser (events): hvad de kopierer og hvornår, er ikke læst",
        ),
        (
            "{n} stored routines: what they copy, and when, is not read",
            "{n} gemte rutiner (routines): hvad de kopierer og hvornår, er ikke læst",
        ),
        ("{n} large objects: bytes outside every table", "{n} store objekter: bytes uden for enhver tabel"),
        ("{n} other database of the same server", "{n} anden database på samme server"),
        ("{n} other databases of the same server", "{n} andre databaser på samme server"),
        ("{n} other database of the same cluster", "{n} anden database i samme klynge"),
        ("{n} other databases of the same cluster", "{n} andre databaser i samme klynge"),
    )
)
"""Why a place was not searched, where that is not one of the blind spots."""

RIGHTS: Final = Phrases(
    (
        ("{right} on {name}", "{right} på {name}"),
        ("to write the file {name}", "at skrive filen {name}"),
        ("to write the file's folder", "at skrive i filens mappe"),
        (
            "to write at all: this server is a standby",
            "overhovedet at skrive: serveren er en ventende kopi",
        ),
    ),
    {"right": Slot(r"[A-Z]+(?: \(.+?\))?", str)},
)
"""What a plan needs and has not been given."""

ROWWISE: Final = Phrases(
    (("its engine ({engine}) knows no transactions", "dens motor ({engine}) kender ikke transaktioner"),)
)
"""Why what is done in a table cannot be taken back."""

NEAR: Final = Phrases(
    (
        ("plus-address", "noget efter et plus"),
        ("dots", "punktummer"),
        ("letters", "bogstaver (å/aa, ø/oe, æ/ae)"),
        ("accents", "accenter"),
    )
)
"""In what two e-mail addresses differ."""

STAYS: Final = Phrases(
    (
        (
            "an identifier or text made coarser is still one",
            "et kendetegn eller en tekst, der kun er gjort grovere, er det stadig",
        ),
        (
            "a surviving key groups one person's rows",
            "en nøgle, der bliver, viser, hvilke rækker der er én persons",
        ),
        ("rows that stay still name it", "rækker, der bliver, henviser stadig til den"),
    )
)
"""Why rows that were emptied are still personal."""

SEEN: Final = Phrases(
    (
        ("{n} of {n_2} sampled values are keys of {name}", "{n} af {n_2} sete værdier er nøgler i {name}"),
        ("{n} of {n_2} sampled pairs are keys of {name}", "{n} af {n_2} sete par er nøgler i {name}"),
        (
            "{n} of {n_2} sampled values of such rows are keys of {name}",
            "{n} af {n_2} sete værdier i den slags rækker er nøgler i {name}",
        ),
        ("so they would be of any table as large", "det ville de være i enhver tabel af den størrelse"),
        ("many rows name none", "mange rækker nævner ingen"),
        ("nothing else fits", "intet andet passer"),
        ("the names agree", "navnene passer sammen"),
        ("the names agree across the systems", "navnene passer sammen på tværs af systemerne"),
        ("it names another row of the same table", "den nævner en anden række i samme tabel"),
        ("it names who handled the row", "den nævner, hvem der behandlede rækken"),
        ("it names a person", "den nævner en person"),
        ("it has the name of that key", "den har samme navn som nøglen"),
        (
            "its name ends in the name of that key",
            "dens navn ender på nøglens navn",
        ),
        ("{name} says that they name it", "{name} siger, at det er den, de nævner"),
        (
            "all columns have the names of the key of {name}",
            "alle kolonner har samme navne som nøglen i {name}",
        ),
    )
)
"""What speaks for a link that was guessed."""

MEANT: Final = Phrases(
    (
        ("who handled the row", "den, der behandlede rækken"),
        ("a row of the same kind", "en række af samme slags"),
        ("staff; the row is somebody else's", "personale; rækken er en andens"),
        (
            "if it is the employee's own record, not one they handled",
            "hvis det er medarbejderens egen række og ikke en, vedkommende har behandlet",
        ),
        ("if those rows are people", "hvis de rækker er personer"),
        ("the same person in two systems", "den samme person i to systemer"),
        ("one person's row names another person", "én persons række nævner en anden person"),
        ("the person's address", "personens adresse"),
        ("one such row for each person", "én række af den slags for hver person"),
        ("an address that belongs to the row's person", "en adresse, der er rækkens persons"),
        ("two kinds of people would own the row", "to slags personer ville eje rækken"),
    )
)
"""Why a link means what it means."""
_seen = several(SEEN.danish, ", and ", ", og ")


def _reason(english: str) -> str | None:
    return MEANT.danish(english) or _seen(english)


reasons = several(_reason)
"""Why a link was guessed, and why it means what it means."""
