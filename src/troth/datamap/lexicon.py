"""What the names, types and comments of a schema say alone, each answer with its confidence and reason.

Pure and deterministic; the words are data. No name is trusted to say that a column holds nothing:
text that nothing speaks for is `unknown`, to be decided from its values or by a person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from troth.datamap.categories import CATEGORIES
from troth.datamap.words import (
    CLASSES,
    CONTEXT,
    DEFAULTS,
    FIELDS,
    TABLES,
    Seq,
    anywhere,
    class_of,
    concepts,
    entity,
    head_class,
    suffix,
    tokens,
)

_INSIDE = {phrase: found for phrase, found in FIELDS.items() if found[0] not in TABLES["not_inside"]}


@dataclass(frozen=True, slots=True)
class Verdict:
    """A category of `categories.CATEGORIES`, how sure (0..1), and why in words."""

    category: str
    confidence: float
    reason: str
    paths: tuple[tuple[str, str], ...] = ()  # of JSON and XML: what stands where


@dataclass(frozen=True)
class _Column:
    table: str
    name: str
    family: str
    siblings: Seq

    @property
    def about(self) -> str | None:
        """The class of the table's rows, else of any noun in its name."""
        return head_class(self.table) or class_of(entity(self.table))

    def beside(self, what: str) -> bool:
        """Whether the other columns speak of an address, a person, a company or a bank account."""
        wanted = TABLES[f"beside_{what}"]
        return any(
            (found := suffix(concepts(name), FIELDS)) and found[0][0] in wanted
            for name in self.siblings
            if name != self.name
        )


def _resolve(head: str, before: Seq, column: _Column) -> tuple[str, float, str]:
    """The category of a head that means different things of different nouns: whose name, whose title?"""
    options = CONTEXT[head]
    for key, category in options.items():
        if key.startswith("near_") and _near(key[5:], before, column):
            return category, 0.85, f"beside {key[5:]} columns"
    noun = class_of(before)
    if noun is None and head in ("name", "number") and (raw := _stranger(before)):
        return _strange(raw, head)
    who, sure, why = (
        (noun, 0.85, f"of a {noun}") if noun else (column.about, 0.9, f"in a {column.about} table")
    )
    if noun in ("relation", "account") and noun not in options:
        who, sure, why = column.about, 0.8, f"in a {column.about} table"
    if who is not None and who in options:
        return options[who], sure, why
    for key, category in options.items():
        if key.startswith("beside_") and _near(key[7:], before, column):
            return category, 0.75, f"beside {key[7:]} columns"
    return options["default"], DEFAULTS.get(head, 0.6), "by itself"


def _near(what: str, before: Seq, column: _Column) -> bool:
    if what == "bulk":  # `adresser`, `full address`
        return column.name.lower().endswith(("addresses", "adresser"))
    if what == "bank":
        return "bank" in before or column.beside("bank") or "bank" in concepts(column.table)
    return column.beside(what)


def _stranger(before: Seq) -> str | None:
    """The word before the head, where the lexicon does not know it."""
    words = [c for c in before if c != "neutral" and not c.isdigit()]
    return words[-1] if words and (words[-1],) not in FIELDS and words[-1] not in TABLES["known"] else None


def _strange(raw: str, head: str) -> tuple[str, float, str]:
    if head == "number":
        return "reference", 0.6, f"number of an unknown {raw!r}"
    if len(raw) > 4 and raw.endswith(("er", "or", "ist", "ant", "ee")):
        return "full_name", 0.55, f"{raw!r} sounds like somebody who acts"
    return "unknown", 0.3, f"name of an unknown {raw!r}"


def _by_name(seq: Seq, column: _Column) -> tuple[str, float, str]:
    """(category, confidence, reason) from the name alone, before the type is heard."""
    weight = 1.0
    found = suffix(seq, FIELDS)
    if found is None:
        found, weight = anywhere(seq, _INSIDE), 0.7
    if found is None:
        return "unknown", 0.2, "no known word"
    (target, sure), start = found
    if target.startswith("@"):
        category, sure, why = _resolve(target[1:], seq[:start], column)
        return category, sure * weight, f"{' '.join(seq[start:])} {why}"
    if target == "status" and column.about == "medical":
        return "special", 0.55, "in a medical table"
    return target, sure * weight, f"named {' '.join(seq[start:])}"


_NUMERIC = ("integer", "decimal")
_NUMBERS_TOO = frozenset(TABLES["numbers_too"])  # categories whose values are often stored as numbers
_IDENTIFYING = frozenset(c.id for c in CATEGORIES.values() if c.unique and c.id != "device_id")


def _fit(category: str, sure: float, family: str) -> tuple[str, float, str]:
    """Holds a guess from the name against the type of the column."""
    if family in _NUMERIC and category not in _NUMBERS_TOO:
        if category in ("unknown", "free_text", "technical") or family == "decimal":
            return "quantity", 0.4, f", and it is {family}"
        return "key", 0.5, f", but it is {family}"
    if family == "integer" and category == "payment_card":
        return category, sure * 0.85, ", though as a number"
    if family == "decimal" and category in _IDENTIFYING | {"postal_code", "birth_date"}:
        return category, sure * 0.5, ", though decimals are odd for that"
    if family == "enum" and category in ("unknown", "free_text", "product", "technical", "full_name"):
        return "status", 0.8, ", one of a few values"
    if family in ("text", "other") and category in ("amount", "quantity", "date"):
        return category, sure * 0.85, ", as text"
    return category, sure, ""


def _by_type(seq: Seq, column: _Column) -> Verdict | None:
    """What the type decides whatever the name, with the few names that win over it."""
    named, sure, why = _by_name(seq, column)
    family = column.family
    if family in ("date", "timestamp"):
        if named == "birth_date":
            return Verdict(named, 0.97, why)
        return Verdict("date", 0.97, f"a {family}")
    if family == "boolean":
        keep = named in ("special", "gender") and seq[0] not in TABLES["consent"]
        return Verdict(named, sure * 0.8, why) if keep else Verdict("status", 0.95, "yes or no")
    if family in ("json", "xml"):
        return Verdict("json", 0.9, "structured content may hold anything")
    if family == "inet":
        return Verdict("ip_address", 0.97, "a network address")
    if family == "uuid":
        return Verdict("device_id", sure, why) if named == "device_id" else Verdict("key", 0.9, "a uuid")
    if family == "blob":
        kept = named in (
            "photo",
            "product",
            "credential",
            "special",
            "person_other",
            "free_text",
            "technical",
        )
        return (
            Verdict(named, sure * 0.9, f"{why}, binary")
            if kept
            else Verdict("unknown", 0.3, "binary content")
        )
    return None


def _key(seq: Seq, column: _Column, is_key: bool) -> Verdict:
    """A key or link column: technical, unless its values themselves speak of a person."""
    named, sure, why = _by_name(seq, column)
    textual = column.family in ("text", "other", "array")
    numbers = ("customer_no", "national_id", "phone")
    if named in ("payment_card", "bank_account") and not (textual and "iban" in seq):
        return Verdict("key", 0.7, f"{why}, but a key: a number in a ledger or of a member's card")
    if named in ("birth_date", "date") and is_key and column.family in ("date", "timestamp"):
        return Verdict(named, 0.95, f"{why}; part of the key")
    if not is_key and named == "street" and "house" in seq and sure >= 0.8:
        return Verdict(named, sure * 0.9, f"{why}; a link whose value speaks")
    if (
        named in _IDENTIFYING
        and sure >= 0.7
        and (textual or (column.family in _NUMERIC and named in numbers))
    ):
        return Verdict(named, sure * 0.95, f"{why}; a key, and an identifier of a person")
    if not is_key and named == "postal_code" and sure >= 0.8:
        return Verdict(named, sure * 0.9, f"{why}; a link whose value speaks")
    if not is_key and textual and named in ("full_name", "city", "country", "region") and seq[-1] != "id":
        return Verdict(named, sure * 0.9, f"{why}; a link whose value speaks")
    return Verdict("key", 0.95, "primary key" if is_key else "link to another table")


def classify_field(
    table: str,
    column: str,
    family: str,
    comment: str = "",
    is_key: bool = False,
    is_link: bool = False,
    siblings: tuple[str, ...] = (),
) -> Verdict:
    """The category that a column's name, type, comment and neighbours speak for; `unknown` when none does."""
    seq = concepts(column)
    here = _Column(table, column, family, siblings)
    if is_key or is_link:
        return _key(seq, here, is_key)
    decided = _by_type(seq, here)
    if decided is not None:
        return decided
    if family in _NUMERIC and seq[:1] and tokens(column)[0] in TABLES["flags"]:
        return Verdict("status", 0.85, "yes or no")
    category, sure, why = _by_name(seq, here)
    category, sure, more = _fit(category, sure, family)
    if comment and (sure < 0.7 or category == "unknown"):
        said = _from_comment(comment, here)
        if said is not None:
            return said
    if category == "unknown" and here.about == "medical":
        return Verdict("special", 0.5, "in a medical table")
    return Verdict(category, round(sure, 3), why + more)


def says_something(column: str) -> bool:
    """Whether a column's name has any meaning of its own: `c17` and `x` have none."""
    seq = concepts(column)
    return suffix(seq, FIELDS) is not None or anywhere(seq, _INSIDE) is not None


def _from_comment(comment: str, column: _Column) -> Verdict | None:
    """What a comment adds where the name says little: only categories that concern people."""
    seq = concepts(comment)
    best: tuple[int, str] | None = None
    for end in range(len(seq), 0, -1):
        for start in range(max(0, end - 5), end):
            target = FIELDS.get(seq[start:end], ("", 0.0))[0]
            if target.startswith("@"):
                target = _resolve(target[1:], seq[:start], column)[0]
            if target in CATEGORIES and CATEGORIES[target].personal and (not best or end - start > best[0]):
                best = (end - start, target)
    if best is None:
        return None
    category, sure, more = _fit(best[1], 0.7, column.family)
    return Verdict(category, sure, f"the comment says so{more}") if category in CATEGORIES else None


# --- tables and links -------------------------------------------------------------------------------------


_ACTORS = (("account",), ("user",), ("staff",))


def names_a_handler(
    columns: tuple[str, ...], target_table: str, source_table: str, by_target: bool = True
) -> bool:
    """Whether a link names who handled the row, not whom it is about: such a link passes no ownership.

    `by_target`: that the target is a table of staff counts too, not only what the columns say.
    """
    to_staff = head_class(target_table) == "staff"
    for column in columns:
        seq = tuple(c for c in concepts(column) if c not in ("id", "number", "neutral", "key", "code"))
        if "actor_verb" in seq:
            return to_staff
        acted = seq[:-1] if seq[-1:] in _ACTORS else seq  # `approved_by_account_id`
        if acted[-1:] in (("by",), ("of",)) and len(acted) > 1:
            return True
        if "handler" in seq and "customer" not in seq:
            return True
        if "reports" in seq or ("done" in seq and not {"customer", "visitor"} & set(seq) and "to" in seq):
            return True
        if to_staff or "staff" in seq:
            return by_target and not _own_record(source_table)
    return by_target and to_staff and not _own_record(source_table)


def _own_record(source_table: str) -> bool:
    """Whether a table is part of an employee's own record: `employee_address`, `salaries`, `vagtplan`."""
    seq = concepts(source_table)
    nouns = [c for c in seq if (c,) in CLASSES]
    mine = bool({"staff", "salary"} & set(seq)) and (head_class(source_table) != "staff" or len(nouns) > 1)
    return mine or any(word in TABLES["employment"] for word in _stems(source_table, *seq))


def is_accounting(table: str, categories: Mapping[str, str]) -> bool:
    """Whether rows record a sale or a payment: proposed as kept and anonymised, never deleted unasked."""
    seq, head = entity(table), head_class(table)
    if head == "accounting":
        return True
    if any(word in TABLES["no_sale"] for word in _stems(table, *seq)):
        return False
    if head in (
        "person",
        "staff",
        "creator",
        "company",
        "thing",
        "city",
        "region",
        "country",
        "place",
        "money",
    ):
        return False
    return "amount" in categories.values()


def _stems(name: str, *more: str) -> set[str]:
    """A name's words with and without their plurals, and `more`."""
    words = {*tokens(name), *more}
    return words | {w[:-3] + "y" for w in words if w.endswith("ies")} | {w.rstrip("s") for w in words}


def is_tenant_column(column: str) -> bool:
    """Whether a column names the customer organisation that controls the row: `tenant_id`, `org_id`."""
    parts = tuple(c for c in concepts(column) if c not in ("id", "number", "key", "code"))
    if "tenant" in parts and set(parts) <= {"tenant", "customer"}:
        return True
    keyed = len(parts) < len(concepts(column))
    return keyed and parts in (("company",), ("customer", "company")) and _scopes(column)


def _scopes(column: str) -> bool:
    """Whether the organisation is named as such: `org`, `organisation`, but not `company` or `supplier`."""
    return bool(set(tokens(column)) & set(TABLES["organisations"]))


def is_address_table(table: str, categories: Mapping[str, str]) -> bool:
    """Whether rows are addresses (postal ones, not e-mail or network addresses)."""
    parts = frozenset(categories.values()) & {"street", "address", "postal_code", "city", "region"}
    seq, head = entity(table), head_class(table)
    if head == "address" and not {"email", "ip", "mac", "device"} & set(seq):
        return bool(parts) or not categories
    return seq[-1:] == ("location",) and len(parts) >= 2


def history_of(table: str) -> str | None:
    """The table that a history, audit or log table follows: `customer_hist` -> `customer`; else None."""
    for pattern in TABLES["history"]:
        found = re.fullmatch(pattern, table)
        if found and found["base"].strip("_- ."):
            return found["base"].strip("_- .")
    return None
