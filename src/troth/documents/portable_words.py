"""Guarantees that every sentence of a copy in a form to move exists in Danish and English."""

from __future__ import annotations

from typing import Final

from troth.terms.bilingual import Both

TITLE: Final = Both("Dine oplysninger til at flytte", "Your data, to move")
ABOVE: Final = Both("Dataportabilitet", "Data portability")
US: Final = Both("den dataansvarlige virksomhed", "the organisation that is the controller")
LEAD: Final = Both(
    "Her er de oplysninger, du kan tage med dig til en anden.",
    "Here is the data that you can take with you to somebody else.",
)
CONTAINS: Final = Both("Det er med", "What is in it")
LEFT_OUT: Final = Both("Det er ikke med", "What is not in it")
NONE: Final = Both("Intet er udeladt.", "Nothing is left out.")
DATASET: Final = Both("Datasæt", "Dataset")
TABLE: Final = Both("Tabel", "Table")
ROWS: Final = Both("Rækker", "Rows")
COLUMNS: Final = Both("Felter", "Fields")
ALL: Final = Both("alle", "all")
WHY: Final = Both("Hvorfor", "Why")
FORMS: Final = Both("Formerne", "The forms")
FORMS_TEXT: Final = Both(
    "data.json har det hele, nøjagtigt. Mappen tables har det samme som CSV, en tabel for hvert datasæt. En tekst, som et "
    "regneark ville tage for en formel, begynder dér med en apostrof. Mappen files har det, der var filer.",
    "data.json has all of it, exactly. The folder tables has the same as CSV, one table for each dataset. A text that a "
    "spreadsheet would take for a formula begins there with an apostrophe. The folder files has what was files.",
)
OTHER_BASIS: Final = Both(
    "Vi bruger dem hverken med dit samtykke eller til en aftale med dig.",
    "We use it neither with your consent nor for a contract with you.",
)
DERIVED: Final = Both(
    "Du har ikke givet os dem, og de kommer ikke fra din brug.",
    "You did not give it to us, and it does not come from your use.",
)
NOT_WRITTEN: Final = Both(
    "Det er ikke skrevet ned, hvor vi har dem fra, eller hvad vi bruger dem til.",
    "It is not written down where we have it from, or what we use it for.",
)
OTHERS: Final = Both(
    "Rækkerne er andres; se dem i din kopi.", "The rows are somebody else's; see them in your copy."
)
CONCERNS_OTHERS: Final = Both("Det vedrører andre.", "It concerns others.")
