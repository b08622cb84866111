"""Whether the rows of a table are people, from its name, what its columns hold and where they lead."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

from troth.datamap.categories import CATEGORIES
from troth.datamap.lexicon import history_of, names_a_handler
from troth.datamap.words import CLASSES, class_of, concepts, entity, head_class

_NAMES = frozenset({"full_name", "first_name", "last_name"})
_OWN = frozenset({"national_id", "username", "birth_date", "gender", "first_name", "last_name"})
_BESIDE_NAMES = frozenset(
    {"email", "phone", "birth_date", "gender", "initials", "job_title", "national_id", "special"}
)
_CONTACTS = frozenset({"email", "phone", "national_id", "username", "customer_no", "birth_date"})


@dataclass(frozen=True, slots=True)
class PersonVerdict:
    """Whether each row of a table is one person."""

    is_subject: bool
    confidence: float
    reason: str


def person_table(
    table: str, categories: Mapping[str, str], linked: Set[str] = frozenset(), key: tuple[str, ...] = ()
) -> PersonVerdict:
    """Whether the rows are people, from the table's name and its columns' categories (column -> category).

    `linked` columns name rows elsewhere: a row that only joins a person to something else is no person.
    """
    found = frozenset(categories.values())
    seq, head = entity(table), head_class(table)
    nouns = [c for c in seq if (c,) in CLASSES]
    if history_of(table) is not None:
        return PersonVerdict(False, 0.8, "a history of another table")
    personal = bool(found & (_NAMES | _CONTACTS))
    if not personal and _joins(categories, linked, key):
        return PersonVerdict(False, 0.85, "its rows join people to something else")
    if head in ("person", "staff") and (len(nouns) == 1 or personal):
        return PersonVerdict(True, 0.95 if personal else 0.7, f"named after people ({table})")
    if head in ("creator", "account"):
        known = found & _NAMES and (head == "creator" or found & _CONTACTS)
        named = {"first_name", "last_name"} <= found or found & _CONTACTS
        return PersonVerdict(bool(known and named), 0.5, "perhaps people: names stand in it")
    if head is not None and head not in ("place", "verb"):
        return PersonVerdict(False, 0.9, f"its rows are not people but {head}")
    own = {category for column, category in categories.items() if not _of_another(column)}
    if linked - set(key) and not own & _OWN and found & {"date", "amount", "reference", "status"}:
        return PersonVerdict(
            False, 0.7, "it has dates or numbers of its own and names rows elsewhere, as what happens has"
        )
    if found & {"email", "national_id", "username"} and found & _NAMES and "amount" not in found:
        if own & {"email", "national_id", "username"} and own & _NAMES:
            return PersonVerdict(True, 0.7, "it holds a person's name and identifier")
        return PersonVerdict(False, 0.5, "it names people, but by the part they play in something else")
    if own & _NAMES and len(own & _BESIDE_NAMES) >= 2 and "amount" not in found:
        return PersonVerdict(True, 0.6, "it holds a person's name and what is said of one person")
    return PersonVerdict(False, 0.7, "nothing says that its rows are people")


def _joins(categories: Mapping[str, str], linked: Set[str], key: tuple[str, ...]) -> bool:
    """Whether a table without anything personal holds a key made of links, or two links of which one names a person."""
    if any(CATEGORIES[category].personal for column, category in categories.items() if column not in linked):
        return False
    if len(key) > 1 and len(linked & set(key)) >= 2:
        return True
    others = linked - set(key)
    people = [column for column in others if class_of(concepts(column)) in ("person", "staff")]
    acting = [column for column in people if names_a_handler((column,), "", "", by_target=False)]
    return len(others) >= 2 and len(people) > len(acting)


def _of_another(column: str) -> bool:
    """Whether a column says whose it is, so the row is not that person: `patient_cpr`, `billing_email`."""
    return class_of(concepts(column)[:-1]) in ("person", "staff", "relation", "order", "accounting")
