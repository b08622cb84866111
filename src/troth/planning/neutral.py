"""What an anonymised cell holds: NULL where it may, else a neutral value of its type that says nothing about anybody.

Candidates come in order of preference; a store then tells which of them its CHECK constraints accept.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from troth.datamap.model import Atom, Strategy
from troth.datamap.schema import Column, Table
from troth.datamap.strategies import UNREADABLE, coarser, fits
from troth.planning.plan import NULL, New
from troth.planning.redact import TOKEN

_TEXTS = {
    "email": ("erased@troth.invalid", "e@t.invalid"),
    "phone": ("00000000", "0"),
    "postal_code": ("0000", "00000", "0"),
    "country": ("[erased]", "--", "XX"),
    "gender": ("unknown", "u", "x", "X"),
}  # fmt: skip
_TRIAL = bytes(range(0x1A, 0x3A))
_LITERAL = re.compile(r"'((?:[^']|'')*)'")
_BY_FAMILY: dict[str, tuple[Atom, ...]] = {
    "integer": (0, 1, -1),
    "decimal": (Decimal(0), Decimal(1)),
    "boolean": (False, True),
    "date": (date(1900, 1, 1), date(1970, 1, 1)),
    "timestamp": (datetime(1900, 1, 1), datetime(1970, 1, 1)),  # noqa: DTZ001  (a wall-clock constant, not a moment)
    "uuid": (UUID(int=0),),
    "json": ("{}", "[]", "null"),
    "blob": (b"",),
    "inet": ("0.0.0.0",),  # noqa: S104  (a neutral value, nothing listens)
    "xml": ("<erased/>",),
    "array": ("{}",),
}


def unique(table: Table, column: str) -> bool:
    """Whether two rows of the table may not hold the same value here, alone or together with others."""
    return any(column in columns for columns in (table.key, table.distinct, *table.uniques))


def candidates(
    table: Table,
    column: Column,
    category: str,
    erased_value: str | None = None,
    once: bool = False,
    strategy: Strategy | None = None,
) -> tuple[New, ...]:
    """The values to try, in order; empty when nothing neutral can be written. `once`: for one row only."""
    if strategy is not None and not once:
        return _by(strategy, table, column, candidates(table, column, category))
    found: list[New] = []
    if erased_value is not None:
        return (New("constant", erased_value),)
    if column.generated:
        return ()
    if column.nullable and column.name not in table.key and (once or column.name not in table.one_null):
        found.append(NULL)
    if unique(table, column.name) and not once:
        if column.family in ("text", "integer", "uuid", "decimal"):
            found.append(New("token", "email" if category == "email" else column.family))
        return tuple(found)
    if column.family == "enum":
        values: tuple[Atom, ...] = column.choices
    elif column.family == "text":
        values = (*_TEXTS.get(category, ()), "[erased]", "-", "")
        if once:  # a row that is nobody may hold any value the store knows
            values = (*values, *_named(table, column.name))
    else:
        values = _BY_FAMILY.get(column.family, ())
    limit = column.length
    found += [New("constant", v) for v in values if not (isinstance(v, str) and limit and len(v) > limit)]
    return tuple(found)


def _by(strategy: Strategy, table: Table, column: Column, neutral: tuple[New, ...]) -> tuple[New, ...]:
    """What the map's strategy makes of the cells; empty where the column cannot hold it: a person must say otherwise."""
    if strategy.word == "null":
        return tuple(new for new in neutral if new is NULL)
    if strategy.word == "token":
        fit = column.family in ("text", "integer", "uuid", "decimal") and not column.generated
        fit = fit and not _bound(table, column)
        return (New("token", column.family),) if fit else ()
    if unique(table, column.name) or not fits(strategy, column.family) or _bound(table, column):
        return ()
    return tuple(New("coarsen", (strategy.word, strategy.by, new.constant)) for new in neutral)


def _bound(table: Table, column: Column) -> bool:
    """Whether other rows say what may stand here, or a generated column that must be unique or pass a check may be made of it."""
    foreign = any(column.name in key.columns for key in table.foreign_keys)
    checked = " ".join(check.expression for check in table.checks)
    made_of = [one.name for one in table.columns if one.generated]
    return foreign or any(unique(table, name) or name in checked for name in made_of)


def made(new: New, column: Column, cell: Atom, digest: bytes) -> Atom:
    """The value of one row that is a token or is made coarser; what cannot be read becomes the neutral value."""
    if new.how == "token":
        return token(new.constant, digest, column.length)
    assert isinstance(new.constant, tuple)
    word, by, otherwise = new.constant
    found = coarser(Strategy(word, by), cell, hashlib.sha256(digest + column.name.encode()).digest())
    return otherwise if found is UNREADABLE else found


def _named(table: Table, column: str) -> tuple[str, ...]:
    """The texts that the checks of a column name, such as the codes of a closed list."""
    word = re.compile(rf"(?<!\w){re.escape(column)}(?!\w)", re.IGNORECASE)
    checks = [check.expression for check in table.checks if word.search(check.expression)]
    found = [text.replace("''", "'") for check in checks for text in _LITERAL.findall(check)]
    return tuple(dict.fromkeys(found))


def fitted(cell: Atom, length: int | None) -> Atom:
    """A text without its identifiers, with a shorter mark where its column is too narrow for the usual one."""
    return cell.replace(TOKEN, "-") if length and isinstance(cell, str) and len(cell) > length else cell


def trial(new: New, length: int | None) -> Atom:
    """A value to try against a store's checks: of what differs from row to row, one such as any row may get."""
    return token(new.constant, _TRIAL, length) if new.how == "token" else new.constant


def token(kind: Atom, digest: bytes, length: int | None) -> Atom:
    """A value unique to one row, made from a keyed digest of its key: it cannot be traced back without the key."""
    number = int.from_bytes(digest[:6], "big")
    if kind == "integer":
        return -(number % 2_000_000_000) - 1
    if kind == "decimal":
        return Decimal(-(number % 2_000_000_000) - 1)
    if kind == "uuid":
        return UUID(bytes=digest[:16], version=4)
    text = digest.hex()[:20]
    if kind == "email" and (length is None or length >= 24):
        return f"e{text[:12]}@t.invalid"
    return text[: length or 20]
