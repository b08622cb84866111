"""Guarantees that every sentence of a copy in a form to move exists in Danish and English."""

from __future__ import annotations

from typing import Final

from troth.documents.markup import Pair

TITLE: Final = Pair("Dine oplysninger til at flytte", "Your data, to move")
ABOVE: Final = Pair("Dataportabilitet", "Data portability")
US: Final = Pair("den dataansvarlige virksomhed", "the organisation that is the controller")
LEAD: Final = Pair(
    "Her er de oplysninger, du kan tage med dig til en anden.",
    "Here is the data that you can take with you to somebody else.",
)
CONTAINS: Final = Pair("Det er med", "What is in it")
LEFT_OUT: Final = Pair("Det er ikke med", "What is not in it")
NONE: Final = Pair("Intet er udeladt.", "Nothing is left out.")
DATASET: Final = Pair("Datasæt", "Dataset")
TABLE: Final = Pair("Tabel", "Table")
ROWS: Final = Pair("Rækker", "Rows")
COLUMNS: Final = Pair("Felter", "Fields")
ALL: Final = Pair("alle", "all")
WHY: Final = Pair("Hvorfor", "Why")
FORMS: Final = Pair("Formerne", "The forms")
FORMS_TEXT: Final = Pair(
    "data.json har det hele, nøjagtigt. Mappen tables har det samme som CSV, en tabel for hvert datasæt. En tekst, som et "
    "regneark ville tage for en formel, begynder dér med en apostrof. Mappen files har det, der var filer.",
    "data.json has all of it, exactly. The folder tables has the same as CSV, one table for each dataset. A text that a "
    "spreadsheet would take for a formula begins there with an apostrophe. The folder files has what was files.",
)
OTHER_BASIS: Final = Pair(
    "Vi bruger dem hverken med dit samtykke eller til en aftale med dig.",
    "We use it neither with your consent nor for a contract with you.",
)
DERIVED: Final = Pair(
    "Du har ikke givet os dem, og de kommer ikke fra din brug.",
    "You did not give it to us, and it does not come from your use.",
)
OTHERS: Final = Pair(
    "Rækkerne er andres; se dem i din kopi.", "The rows are somebody else's; see them in your copy."
)
CONCERNS_OTHERS: Final = Pair("Det vedrører andre.", "It concerns others.")
