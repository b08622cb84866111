"""A link's condition on its row, decided by Troth alone, so that every store means the same by it.

The language is SQL's, cut to what can be decided from one row: `=`, `<>`, `<`, `<=`, `>`, `>=`, `IN`, `IS NULL`,
`AND`, `OR`, `NOT`, columns and literals. As in SQL, a comparison with NULL is unknown, and unknown is not true.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TYPE_CHECKING

from troth.terms.errors import MapError

if TYPE_CHECKING:
    from sqlglot import expressions as exp

Truth = bool | None
Test = Callable[[Mapping[str, object]], Truth]


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition as written; two are equal when their text is."""

    text: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it looks at, sorted."""
        return _compiled(self.text)[0]

    def holds(self, row: Mapping[str, object]) -> bool:
        """Whether the row satisfies it (unknown counts as no)."""
        return _compiled(self.text)[1](row) is True


def parse(text: str, place: str = "") -> Condition:
    """The condition, checked; raises MapError with the place when it says more than one row can decide."""
    try:
        _compiled(text)
    except MapError as fault:
        raise MapError(fault.message, place=place, remedy=fault.remedy) from None
    return Condition(text)


@lru_cache(maxsize=512)
def _compiled(text: str) -> tuple[tuple[str, ...], Test]:
    import sqlglot
    from sqlglot import expressions as exp
    from sqlglot.errors import SqlglotError

    try:
        tree = sqlglot.parse_one(text)
    except SqlglotError:
        raise MapError(
            f"the condition {text!r} cannot be read",
            remedy="Write it as in: kind IN (9, 10) AND state = 'open'.",
        ) from None
    columns = tuple(sorted({column.name for column in tree.find_all(exp.Column)}))
    return columns, _truth(tree, text)


def _truth(node: exp.Expr, text: str) -> Test:
    from sqlglot import expressions as exp

    if isinstance(node, exp.Paren):
        return _truth(node.this, text)
    if isinstance(node, exp.And | exp.Or):
        return _both(_truth(node.this, text), _truth(node.expression, text), isinstance(node, exp.And))
    if isinstance(node, exp.Not):
        inner = _truth(node.this, text)
        return lambda row: None if (truth := inner(row)) is None else not truth
    if isinstance(node, exp.Is):
        value = _value(node.this, text)
        if not isinstance(node.expression, exp.Null):
            raise _unreadable(text)
        return lambda row: value(row) is None
    if isinstance(node, exp.In) and node.expressions:
        value = _value(node.this, text)
        options = [_value(option, text) for option in node.expressions]
        return lambda row: _any(value(row), [option(row) for option in options])
    comparisons: dict[type[exp.Expr], str] = {
        exp.EQ: "=",
        exp.NEQ: "<>",
        exp.LT: "<",
        exp.LTE: "<=",
        exp.GT: ">",
        exp.GTE: ">=",
    }
    if (sign := comparisons.get(type(node))) is not None:
        left, right = _value(node.this, text), _value(node.args["expression"], text)
        return lambda row: _compare(sign, left(row), right(row))
    raise _unreadable(text)


def _value(node: exp.Expr, text: str) -> Callable[[Mapping[str, object]], object]:
    from sqlglot import expressions as exp

    if isinstance(node, exp.Column):
        name = node.name
        return lambda row: row[name]
    if isinstance(node, exp.Literal):
        constant: object = str(node.this) if node.is_string else Decimal(str(node.this))
        return lambda row: constant
    if isinstance(node, exp.Boolean):
        truth = bool(node.this)
        return lambda row: truth
    if isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal):
        negative = -Decimal(str(node.this.this))
        return lambda row: negative
    raise _unreadable(text)


def _unreadable(text: str) -> MapError:
    return MapError(
        f"the condition {text!r} says more than one row can decide",
        remedy="Use =, <>, <, >, IN, IS NULL, AND, OR, NOT on columns and literals.",
    )


def _both(left: Test, right: Test, conjunction: bool) -> Test:
    def test(row: Mapping[str, object]) -> Truth:
        truths = (left(row), right(row))
        if (not conjunction) in truths:
            return not conjunction
        return None if None in truths else conjunction

    return test


def _any(value: object, options: list[object]) -> Truth:
    truths = [_compare("=", value, option) for option in options]
    return True if True in truths else (None if None in truths else False)


def _compare(sign: str, left: object, right: object) -> Truth:
    if left is None or right is None:
        return None
    a, b = _comparable(left, right)
    if sign in ("=", "<>"):
        return (a == b) is (sign == "=")
    try:
        less, same = bool(a < b), a == b  # type: ignore[operator]  # reason: both sides were brought to one type
    except TypeError:
        return None
    return {"<": less, "<=": less or same, ">": not (less or same), ">=": not less}[sign]


def _comparable(left: object, right: object) -> tuple[object, object]:
    if isinstance(left, bool) or isinstance(right, bool):
        return _as_truth(left), _as_truth(right)
    if isinstance(left, Decimal | int | float) or isinstance(right, Decimal | int | float):
        try:
            return Decimal(str(left)), Decimal(str(right))
        except InvalidOperation:
            return str(left), str(right)
    return str(left), str(right)


def _as_truth(value: object) -> object:
    words = {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False}
    return value if isinstance(value, bool) else words.get(str(value).casefold(), value)
