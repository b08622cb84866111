"""Random annotated databases: shapes, links of every meaning, rules, people and their copies; small, and shrinking to nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")
Row = dict[str, Any]
CAST = (  # invented; every word occurs in one name only
    ("alma.prove@almabrev.example", "Alma Mosebryg"),
    ("bo.brev@kjaerbrev.example", "Bo Kjærlund"),
    ("carla+x@nordbrev.example", "Carla Vindheim"),
    ("dyre@sydbrev.example", "Dyre Åstrup"),
    ("ebba@oestbrev.example", "Ebba Stenvig"),
)
STRANGERS = ("info@ingen.example", None)
MEANS = ("OWNED_BY",) * 5 + ("OWNS", "OWNS", "ACCESSED_BY", "ACCESSES", "MENTIONS", "MENTIONS")
CLEARED = ("city", "note", "name")
PAST, FUTURE = "2020-01-01", "2099-12-31"


@dataclass(repr=False)
class Column:
    """A column: its SQL type, its category, and whether it may be NULL or must be unique."""

    type: str
    category: str
    nullable: bool = True
    unique: bool = False

    def __repr__(self) -> str:
        return f"{self.type} {self.category}{'' if self.nullable else ' NOT NULL'}{' UNIQUE' if self.unique else ''}"


@dataclass
class Tie:
    """A link: `source.columns` name a row of `target`; `kinds`, when given, are the row kinds it holds for."""

    source: str
    columns: tuple[str, ...]
    target: str
    ends: tuple[str, ...]
    means: str
    kinds: tuple[int, ...] = ()
    foreign: str = (
        ""  # ON DELETE action of a declared foreign key; "" where the database does not know the link
    )

    @property
    def downwards(self) -> bool:
        """Rights flow from target to source."""
        return self.means in ("OWNED_BY", "ACCESSED_BY")

    @property
    def name(self) -> str:
        """How the rules of the dataset that receives rights over it call it."""
        own = ", ".join(self.columns)
        return own if self.downwards else f"{self.source}({own})"


@dataclass
class Shape:
    """A dataset with its rows and what the map decides about it."""

    name: str
    system: str
    key: tuple[str, ...]
    columns: dict[str, Column]
    subject: bool = False
    nobody: dict[str, Any] | None = None
    anonymise: bool = False
    keep: tuple[str, ...] = ()
    until: str = ""
    on_get: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)  # no columns: omit the row
    on_erase: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)  # no columns: delete the row
    rows: list[Row] = field(default_factory=list)

    def key_of(self, row: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple(row[name] for name in self.key)


@dataclass(repr=False)
class Annotated:
    """A whole estate; `systems` are its databases."""

    systems: tuple[str, ...]
    shapes: dict[str, Shape]
    ties: list[Tie]

    def __repr__(self) -> str:
        lines = [f"{len(self.systems)} systems"]
        for shape in self.shapes.values():
            decided = {k: v for k, v in vars(shape).items() if v and k not in ("name", "rows", "columns")}
            lines.append(f"{shape.name}: {decided}")
            lines += [f"    {name}: {column}" for name, column in shape.columns.items()]
            lines += [f"    {row}" for row in shape.rows]
        return "\n".join([*lines, *map(repr, self.ties)])

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:  # what hypothesis shows of a counterexample
        printer.text(repr(self))


class Dice:
    """Small choices; the first is always the simplest."""

    def __init__(self, draw: Callable[[Any], Any]) -> None:
        self._draw = draw

    def below(self, bound: int) -> int:
        return int(self._draw(st.integers(0, bound - 1)))

    def one_in(self, odds: int) -> bool:
        return self.below(odds) == odds - 1

    def pick(self, options: Sequence[T]) -> T:
        return options[self.below(len(options))]

    def some(self, options: Sequence[T]) -> tuple[T, ...]:
        return tuple(option for option in options if self.one_in(2)) or (options[0],)


def annotated(systems: int = 3, most: int = 6) -> st.SearchStrategy[Annotated]:
    """Estates of 2 to `most` + 1 datasets over at most `systems` databases, with somebody in them."""
    return _annotated(systems, most).filter(inhabited)


def inhabited(world: Annotated) -> bool:
    """Whether somebody is in it."""
    return any(shape.subject and shape.rows for shape in world.shapes.values())


@st.composite
def _annotated(draw: Callable[[Any], Any], systems: int, most: int) -> Annotated:
    return thrown(Dice(draw), systems, most)


def thrown(dice: Dice, systems: int, most: int) -> Annotated:
    """The estate that these dice make; it may be that nobody is in it."""
    names = tuple(f"s{at}" for at in range(1 + dice.below(systems)))
    shapes: dict[str, Shape] = {}
    for at in range(2 + dice.below(most)):
        shape = _shape(dice, f"d{at}", dice.pick(names), subject=at == 0 or dice.one_in(4))
        shapes[shape.name] = shape
    ties: list[Tie] = []
    listed = list(shapes.values())
    for at, shape in enumerate(listed):
        if at and not dice.one_in(6):
            ties += _tie(dice, shape, listed[dice.below(at)], len(ties), earlier=True)
    for _ in range(dice.below(len(shapes) + 1)):
        ties += _tie(dice, dice.pick(listed), dice.pick(listed), len(ties), earlier=False)
    for shape in listed:
        _rules(
            dice,
            shape,
            [tie.name for tie in ties if (tie.source if tie.downwards else tie.target) == shape.name],
        )
    world = Annotated(names, shapes, ties)
    _fill(dice, world)
    return world


def _shape(dice: Dice, name: str, system: str, subject: bool) -> Shape:
    keys = (("id",), ("id",), ("tag",), ("region", "number"))
    key = dice.pick(keys)
    columns = {
        part: Column("TEXT" if part in ("tag", "region") else "INTEGER", "key", nullable=False)
        for part in key
    }
    shape = Shape(name, system, key, columns, subject)
    if not (subject and dice.one_in(6)) and (subject or dice.one_in(4)):
        strict = subject and dice.one_in(4)
        columns["email"] = Column("TEXT", "email", nullable=not strict, unique=strict)
    if subject or dice.one_in(3):
        columns["name"] = Column("TEXT", "full_name")
    for part, column, odds in (
        ("kind", Column("INTEGER", "status"), 2),
        ("city", Column("TEXT", "city", nullable=not dice.one_in(3)), 2),
        ("note", Column("TEXT", "free_text", nullable=not dice.one_in(3)), 2),
        ("doc", Column("TEXT", "json"), 4),
        ("amount", Column("INTEGER", "amount"), 3),
        ("code", Column("INTEGER", "key", unique=True), 4),
    ):
        if dice.one_in(odds):
            columns[part] = column
    if subject and dice.one_in(3):
        shape.nobody = {part: "-" if columns[part].type == "TEXT" else 0 for part in key}
    return shape


def _tie(dice: Dice, source: Shape, target: Shape, number: int, earlier: bool) -> list[Tie]:
    """A link of new columns of `source` to the target's key or unique code; sometimes two, told apart by the kind."""
    ends = ("code",) if "code" in target.columns and dice.one_in(3) else target.key
    columns = tuple(f"l{number}_{at}" for at, _ in enumerate(ends))
    in_key = earlier and source.nobody is None and dice.one_in(6)
    known = source.system == target.system and not dice.one_in(3)  # the database has a foreign key for it
    loose = source.nobody is not None and not known  # a pseudo-subject cannot refer to what may not be there
    nullable = not in_key and (loose or not dice.one_in(3))
    for column, end in zip(columns, ends, strict=True):
        source.columns[column] = Column(target.columns[end].type, "key", nullable=nullable)
    if in_key:
        source.key = (*source.key, *columns)
    tie = Tie(source.name, columns, target.name, ends, dice.pick(MEANS))
    if known:
        actions = ("NO ACTION", "NO ACTION", "CASCADE", "RESTRICT", *(("SET NULL",) if nullable else ()))
        tie.foreign = dice.pick(actions)
    if "kind" in source.columns and dice.one_in(3):
        tie.kinds = dice.pick(((1,), (1, 2)))
        if dice.one_in(3):  # the same columns mean something else where the kind is another
            means = dice.pick([m for m in MEANS if m != tie.means])
            return [tie, Tie(source.name, columns, target.name, ends, means, (3,))]
    return [tie]


def _rules(dice: Dice, shape: Shape, names: list[str]) -> None:
    personal = [part for part in CLEARED if part in shape.columns]
    if dice.one_in(6):
        shape.anonymise = True
    elif dice.one_in(7):
        free = [part for part in shape.columns if part not in shape.key]
        if free:
            shape.keep, shape.until = dice.some(free), dice.pick((FUTURE, PAST))
    for name in dict.fromkeys(names):
        if dice.one_in(4):
            hidden = tuple(part for part in ("amount", "kind") if part in shape.columns)
            shape.on_get.append((name, hidden if hidden and not dice.one_in(3) else ()))
        if dice.one_in(3):
            deletes = not shape.subject and not shape.anonymise and not shape.keep
            if personal and not dice.one_in(3):
                shape.on_erase.append((name, dice.some(personal)))
            elif deletes:
                shape.on_erase.append((name, ()))


def _fill(dice: Dice, world: Annotated) -> None:
    for shape in world.shapes.values():
        for at in range(dice.below(5) + shape.subject):
            shape.rows.append(_row(dice, shape, at))
    for tie in sorted(world.ties, key=lambda tie: tie.columns[0] not in world.shapes[tie.source].key):
        _join(dice, world, tie)  # links that are part of a key first: others may lead to it
    _drop_dangling(world)
    for shape in world.shapes.values():
        if shape.nobody is not None and dice.one_in(2):
            bare = dict.fromkeys(shape.columns)
            if all(column.nullable or name in shape.nobody for name, column in shape.columns.items()):
                shape.rows.append({**bare, **shape.nobody})


def _row(dice: Dice, shape: Shape, at: int) -> Row:
    row: Row = {}
    email, name = CAST[at % len(CAST)]
    for part, column in shape.columns.items():
        if part[1:2].isdigit():
            continue  # a link: its value comes when every key is known
        if part in ("id", "number"):
            row[part] = at + 1
        elif part in ("tag", "region"):
            row[part] = f"t{at}"
        elif part == "email":
            theirs = None if column.nullable and dice.one_in(8) else email
            row[part] = theirs if shape.subject else dice.pick((*[mail for mail, _ in CAST], *STRANGERS))
        elif part == "name":
            row[part] = name if shape.subject else dice.pick((*[who for _, who in CAST], "Ingen Kendt", None))
        elif part in ("note", "doc"):
            row[part] = _text(dice, part)
        elif part == "code":
            row[part] = None if dice.one_in(4) else 100 + at
        elif part in ("kind", "amount"):
            row[part] = dice.pick((1, 2, 3, None))
        else:
            row[part] = None if column.nullable and dice.one_in(4) else f"{part} {at}"
        if row.get(part, "") is None and not column.nullable:
            row[part] = f"{part} {at}"
    return row


def _text(dice: Dice, part: str) -> str:
    who = dice.pick(CAST)
    said = dice.pick(("nothing to see", who[0], who[1]))
    if part == "doc":
        return dice.pick((f'{{"to": "{said}", "n": 1}}', f'[1, {{"a": ["{said}", "x"]}}]', "{}"))
    return dice.pick((f"Ring {said} i morgen", said, f"({said}), and so on"))


def _join(dice: Dice, world: Annotated, tie: Tie) -> None:
    """Gives the link's columns a value in every row; rows that cannot have one go."""
    shape, target = world.shapes[tie.source], world.shapes[tie.target]
    if any(tie.columns[0] in row for row in shape.rows):
        return  # the second meaning of columns that are filled already
    nullable = all(shape.columns[column].nullable for column in tie.columns)
    ends = [tuple(other.get(end) for end in tie.ends) for other in target.rows]
    ends = [end for end in ends if None not in end]
    nothing = (None,) * len(tie.columns)
    for row in list(shape.rows):
        if nullable and (not ends or dice.one_in(4)):
            value: tuple[Any, ...] = nothing
        elif not tie.foreign and (not ends or dice.one_in(8)):
            value = tuple("gone" if shape.columns[c].type == "TEXT" else 999 for c in tie.columns)
        elif ends:
            value = dice.pick(ends)
        else:
            shape.rows.remove(row)
            continue
        row.update(zip(tie.columns, value, strict=True))


def _drop_dangling(world: Annotated) -> None:
    """Takes out what the database would refuse: equal keys, and foreign keys that lead to rows taken out."""
    for shape in world.shapes.values():
        shape.rows = list({shape.key_of(row): row for row in shape.rows}.values())
    settled = False
    while not settled:
        settled = True
        for tie in world.ties:
            there = {tuple(row[end] for end in tie.ends) for row in world.shapes[tie.target].rows}
            shape = world.shapes[tie.source]
            whole = [
                row for row in shape.rows
                if not tie.foreign or None in (at := tuple(row[c] for c in tie.columns)) or at in there
            ]  # fmt: skip
            settled = settled and len(whole) == len(shape.rows)
            shape.rows = whole
