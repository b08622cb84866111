"""What a migration written in Python or Ruby makes and drops: Django's, Alembic's and Rails' own calls, read and never run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from troth.evidence.review import ddl
from troth.evidence.review.change import Spot
from troth.evidence.review.migrated import Column, Made

_LINKS: Final = ("ForeignKey", "OneToOneField")
_NO_COLUMN: Final = ("ManyToManyField", "GenericRelation")
_RUBY: Final = re.compile(
    r"\s*(add_column|rename_column|remove_column|create_table|drop_table)[\s(]+[:\"'](\w+)[\"']?(?:\s*,\s*[:\"'](\w+)[\"']?)?(?:\s*,\s*[:\"'](\w+))?"
)
_IN_TABLE: Final = re.compile(r"\s*t\.(\w+)\s+[:\"'](\w+)")
_NO_FIELD: Final = ("index", "timestamps", "check_constraint", "foreign_key", "remove")


def read_python(text: str, file: str) -> tuple[Made, ...]:
    """What Django's operations, and Alembic's `upgrade`, do. Raises SyntaxError where it is no Python."""
    tree = ast.parse(text)
    back = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "downgrade"]
    calls = [
        node
        for top in tree.body
        if top not in back
        for node in ast.walk(top)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]
    app = PurePosixPath(file).parent.parent.name
    batches = _batches(tree)
    return tuple(made for call in calls for made in _Call(call, file, app, batches).made())


def _batches(tree: ast.Module) -> dict[str, str]:
    """`with op.batch_alter_table("t") as batch_op`: the name -> the table."""
    found = {}
    for node in ast.walk(tree):
        for item in node.items if isinstance(node, ast.With) else ():
            call, name = item.context_expr, item.optional_vars
            if isinstance(call, ast.Call) and isinstance(name, ast.Name) and call.args:
                found[name.id] = _text(call.args[0])
    return found


class _Call:
    """One call of a migration."""

    def __init__(self, call: ast.Call, file: str, app: str, batches: dict[str, str]) -> None:
        assert isinstance(call.func, ast.Attribute)
        self.call, self.file, self.app = call, file, app
        self.name = call.func.attr
        holder = call.func.value
        self.batch = batches.get(holder.id, "") if isinstance(holder, ast.Name) else ""
        self.spot = Spot(file, call.lineno)

    def made(self) -> Iterator[Made]:
        what = {
            "AddField": self._django_field, "CreateModel": self._django_model, "RenameField": self._django_rename,
            "RemoveField": self._django_gone, "DeleteModel": self._django_gone, "RunSQL": self._sql, "execute": self._sql,
            "add_column": self._column, "create_table": self._table, "drop_column": self._gone, "drop_table": self._gone,
            "alter_column": self._renamed,
        }.get(self.name)  # fmt: skip
        if what is not None:
            yield from what()

    def _given(self, position: int, name: str) -> ast.expr | None:
        named = next((one.value for one in self.call.keywords if one.arg == name), None)
        if named is not None or position >= len(self.call.args):
            return named
        return self.call.args[position]

    def _word(self, position: int, name: str) -> str:
        return _text(self._given(position, name))

    # -------------------------------------------------------------- Django

    def _names(self, model: str) -> tuple[str, ...]:
        return (f"{self.app}_{model.lower()}", model.lower())

    def _django_field(self) -> Iterator[Made]:
        found = self._of_field(self._word(1, "name"), self._given(2, "field"))
        if found is not None:
            yield Made(self._names(self._word(0, "model_name")), self.spot, columns=(found,))

    def _of_field(self, name: str, made: ast.expr | None) -> Column | None:
        kind = _called(made)
        if not name or kind in _NO_COLUMN or not isinstance(made, ast.Call):
            return None
        named = next((_text(one.value) for one in made.keywords if one.arg == "db_column"), "")
        column = named or (f"{name}_id" if kind in _LINKS else name)
        return Column(column, "bigint" if kind in _LINKS else kind, Spot(self.file, made.lineno))

    def _django_model(self) -> Iterator[Made]:
        listed, options = self._given(1, "fields"), self._given(2, "options")
        columns = []
        for pair in listed.elts if isinstance(listed, ast.List | ast.Tuple) else ():
            if isinstance(pair, ast.Tuple) and len(pair.elts) == 2:
                found = self._of_field(_text(pair.elts[0]), pair.elts[1])
                columns += [found] if found else []
        names = self._names(self._word(0, "name"))
        if isinstance(options, ast.Dict):
            for key, value in zip(options.keys, options.values, strict=True):
                names = (_text(value),) if _text(key) == "db_table" and _text(value) else names
        yield Made(names, self.spot, True, tuple(columns))

    def _django_rename(self) -> Iterator[Made]:
        new = Column(self._word(2, "new_name"), "", self.spot)
        names = self._names(self._word(0, "model_name"))
        yield Made(names, self.spot, columns=(new,), dropped=(self._word(1, "old_name"),))

    def _django_gone(self) -> Iterator[Made]:
        if self.name == "DeleteModel":
            yield Made(self._names(self._word(0, "name")), self.spot, dropped=("",))
        else:
            yield Made(self._names(self._word(0, "model_name")), self.spot, dropped=(self._word(1, "name"),))

    def _sql(self) -> Iterator[Made]:
        first = self._given(0, "sql")
        for node in ast.walk(first) if first is not None else ():
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield from ddl.read(node.value, self.file, node.lineno)

    # -------------------------------------------------------------- Alembic

    def _column(self) -> Iterator[Made]:
        table = self.batch or self._word(0, "table_name")
        found = _sa_column(self._given(0 if self.batch else 1, "column"), self.file)
        if table and found:
            yield Made((table,), self.spot, columns=(found,))

    def _table(self) -> Iterator[Made]:
        columns = [found for one in self.call.args[1:] if (found := _sa_column(one, self.file))]
        if table := self._word(0, "table_name"):
            yield Made((table,), self.spot, True, tuple(columns))

    def _gone(self) -> Iterator[Made]:
        table = self.batch or self._word(0, "table_name")
        column = "" if self.name == "drop_table" else self._word(0 if self.batch else 1, "column_name")
        if table and (column or self.name == "drop_table"):
            yield Made((table,), self.spot, dropped=(column,))

    def _renamed(self) -> Iterator[Made]:
        table = self.batch or self._word(0, "table_name")
        old, new = self._word(0 if self.batch else 1, "column_name"), self._word(99, "new_column_name")
        if table and old and new:
            yield Made((table,), self.spot, columns=(Column(new, "", self.spot),), dropped=(old,))


def _text(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _called(node: ast.expr | None) -> str:
    """The last name of what is called: `models.CharField(…)` -> `CharField`."""
    made = node.func if isinstance(node, ast.Call) else node
    return made.attr if isinstance(made, ast.Attribute) else made.id if isinstance(made, ast.Name) else ""


def _sa_column(node: ast.expr | None, file: str) -> Column | None:
    if (
        not isinstance(node, ast.Call)
        or _called(node) != "Column"
        or not node.args
        or not _text(node.args[0])
    ):
        return None
    return Column(
        _text(node.args[0]), _called(node.args[1]) if len(node.args) > 1 else "", Spot(file, node.lineno)
    )


# ------------------------------------------------------------------ Rails


def read_ruby(text: str, file: str) -> tuple[Made, ...]:
    """What `change` and `up` of a Rails migration do."""
    found: list[Made] = []
    table: Made | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(r"\s*def (?:self\.)?down\b", line):
            break
        spot = Spot(file, number)
        if call := _RUBY.match(line):
            made = _rails(call, spot)
            found.append(made)
            table = made if call[1] == "create_table" else None
        elif table is not None and (own := _IN_TABLE.match(line)) and own[1] not in _NO_FIELD:
            linked = own[1] in ("references", "belongs_to")
            column = Column(f"{own[2]}_id", "bigint", spot) if linked else Column(own[2], own[1], spot)
            table = found[-1] = Made(table.names, table.spot, True, (*table.columns, column))
    return tuple(found)


def _rails(call: re.Match[str], spot: Spot) -> Made:
    verb, table, first, second = call[1], call[2], call[3] or "", call[4] or ""
    if verb == "add_column":
        return Made((table,), spot, columns=(Column(first, second, spot),))
    if verb == "rename_column":
        return Made((table,), spot, columns=(Column(second, "", spot),), dropped=(first,))
    if verb == "create_table":
        return Made((table,), spot, True)
    return Made((table,), spot, dropped=("" if verb == "drop_table" else first,))
