"""What an SQL migration makes and drops: tables and columns by name and line, whatever else stands in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from troth.evidence.review.change import Spot
from troth.evidence.review.migrated import Column, Made

_TOKEN: Final = re.compile(
    r"""(?P<skip>\s+|--[^\n]*|(?m:^[ \t]*\#[^\n]*)|/\*.*?\*/)
    |(?P<text>'(?:[^'\\]|''|\\.)*'|\$(?P<tag>\w*)\$.*?\$(?P=tag)\$)
    |(?P<quoted>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]\d][^\]]*\])
    |(?P<unended>/\*|'|"|`|\$\w+\$)
    |(?P<word>\w[\w$]*)
    |(?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)
_TABLES: Final = re.compile(r"\b(?:create|alter|drop)\s[^;]{0,80}?\btable\b", re.IGNORECASE)
MOST: Final = 2 * 2**20  # characters of a file that are looked at one by one
_DOWN: Final = re.compile(
    r"^[ \t]*--[ \t]*(?:\+goose|\+migrate|migrate:)[ \t]*(up|down)\b", re.IGNORECASE | re.MULTILINE
)
_NO_COLUMN: Final = (
    "CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "EXCLUDE", "LIKE", "FULLTEXT", "SPATIAL", "PERIOD", "PARTITION",
)  # fmt: skip
_INDEX: Final = ("KEY", "INDEX")
_VERBS: Final = (
    "ADD", "DROP", "RENAME", "CHANGE", "MODIFY", "ALTER", "SET", "OWNER", "ENABLE", "DISABLE", "ATTACH", "DETACH", "VALIDATE",
    "CLUSTER", "INHERIT", "ENGINE",
)  # fmt: skip
_STARTS: Final = ("CREATE", "INSERT", "UPDATE", "DELETE", "SELECT", "GRANT", "COMMIT", "BEGIN", "GO")


class UnendedError(ValueError):
    """A text, name or comment that begins on this line has no end: what follows cannot be told from it."""


class _Token(NamedTuple):
    kind: str
    text: str
    line: int

    @property
    def upper(self) -> str:
        """A keyword; a quoted name is none."""
        return self.text.upper() if self.kind == "word" else ""

    @property
    def name(self) -> str:
        return self.text[1:-1] if self.kind == "quoted" else self.text

    @property
    def is_name(self) -> bool:
        return self.kind in ("word", "quoted")


def concerns(text: str) -> bool:
    """Whether a file may make or change a table at all: rows that it only fills in do not."""
    return _TABLES.search(text) is not None


def read(text: str, file: str, first: int = 1) -> tuple[Made, ...]:
    """What the statements of a file make and drop; the way back of a migration is not read. Raises UnendedError."""
    if not concerns(text):
        return ()
    return tuple(_Statements(list(_tokens(_upwards(text), first)), file).made())


def _upwards(text: str) -> str:
    """The text without its down parts, every line in its place."""
    kept, position, up = [], 0, True
    for mark in _DOWN.finditer(text):
        part = text[position : mark.start()]
        kept.append(part if up else "\n" * part.count("\n"))
        position, up = mark.start(), mark[1].lower() == "up"
    rest = text[position:]
    return "".join([*kept, rest if up else ""])


def _tokens(text: str, line: int) -> Iterator[_Token]:
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or ""
        kind = "text" if kind == "tag" else kind
        if kind == "unended":
            raise UnendedError(line)
        if kind != "skip":
            yield _Token(kind, found[0], line)
        line += found[0].count("\n")


class _Statements:
    """Walks over the tokens of a file."""

    def __init__(self, tokens: list[_Token], file: str) -> None:
        self.tokens = tokens
        self.file = file
        self.at = 0

    def made(self) -> Iterator[Made]:
        while self.at < len(self.tokens):
            word = self._peek().upper
            self.at += 1
            if word == "CREATE":
                yield from self._create()
            elif word == "ALTER" and self._takes("TABLE"):
                yield from self._alter()
            elif word == "DROP" and self._takes("TABLE"):
                yield from self._drop()

    def _peek(self, ahead: int = 0) -> _Token:
        at = self.at + ahead
        return self.tokens[at] if at < len(self.tokens) else _Token("sign", ";", 0)

    def _takes(self, *words: str) -> bool:
        """Goes over the words if they stand here."""
        if all(self._peek(ahead).upper == word for ahead, word in enumerate(words)):
            self.at += len(words)
            return True
        return False

    def _named(self) -> tuple[str, int] | None:
        """A table's name, with its schema, and the line."""
        self._takes("IF", "NOT", "EXISTS") or self._takes("IF", "EXISTS")
        self._takes("ONLY")
        if not self._peek().is_name:
            return None
        token = self._peek()
        parts = [token.name]
        self.at += 1
        while self._peek().text == "." and self._peek(1).is_name:
            parts.append(self._peek(1).name)
            self.at += 2
        return ".".join(parts[-2:]), token.line

    def _spot(self, line: int) -> Spot:
        return Spot(self.file, line)

    # -------------------------------------------------------------- create and drop

    def _create(self) -> Iterator[Made]:
        passing = False
        for _ in range(4):
            word = self._peek().upper
            passing |= word in ("TEMP", "TEMPORARY")
            if word in ("TABLE", ""):
                break
            self.at += 1
        if not self._takes("TABLE") or (named := self._named()) is None or passing:
            return
        columns = tuple(self._definitions(self._list())) if self._peek().text == "(" else ()
        yield Made((named[0],), self._spot(named[1]), True, columns)

    def _drop(self) -> Iterator[Made]:
        while (named := self._named()) is not None:
            yield Made((named[0],), self._spot(named[1]), dropped=("",))
            if self._peek().text != ",":
                return
            self.at += 1

    def _list(self) -> list[list[_Token]]:
        """The parts of a list in parentheses, from its first to its last."""
        self.at += 1
        return self._parts(closing=True)

    def _parts(self, closing: bool) -> list[list[_Token]]:
        """Parts between commas, up to the closing parenthesis, or to the statement's end."""
        parts: list[list[_Token]] = [[]]
        depth = 0
        while self.at < len(self.tokens):
            token = self._peek()
            ends = token.text == ")" if closing else token.text == ";" or token.upper in _STARTS
            if depth == 0 and (ends or (token.text == ";" and token.kind == "sign")):
                self.at += closing
                break
            depth += {"(": 1, ")": -1}.get(token.text, 0) if token.kind == "sign" else 0
            if token.text == "," and depth == 0:
                parts.append([])
            else:
                parts[-1].append(token)
            self.at += 1
        return parts

    def _definitions(self, parts: list[list[_Token]]) -> Iterator[Column]:
        for part in parts:
            if (column := self._column(part)) is not None:
                yield column

    def _column(self, part: list[_Token]) -> Column | None:
        if not part or not part[0].is_name or part[0].upper in _NO_COLUMN or _is_index(part):
            return None
        written = " ".join(token.text for token in part[1:3])
        return Column(part[0].name, written, self._spot(part[0].line))

    # -------------------------------------------------------------- alter

    def _alter(self) -> Iterator[Made]:
        if (named := self._named()) is None:
            return
        name, line = named
        columns: list[Column] = []
        dropped: list[str] = []
        adding = False
        for part in self._parts(closing=False):
            verb = part[0].upper if part else ""
            adding = verb == "ADD" or (adding and verb not in _VERBS)
            if adding:
                columns += self._adds(part[1:] if verb == "ADD" else part)
            elif verb == "DROP" and (gone := _dropped(part[1:])):
                dropped.append(gone)
            elif verb in ("RENAME", "CHANGE"):
                yield from self._renames(part, columns, dropped)
        if columns or dropped:
            yield Made((name,), self._spot(line), False, tuple(columns), tuple(dropped))

    def _adds(self, part: list[_Token]) -> Iterator[Column]:
        part = _without(part, "COLUMN", "IF", "NOT", "EXISTS")
        if part and part[0].text == "(":
            inner = _Statements(part, self.file)
            yield from self._definitions(inner._list())
        elif (column := self._column(part)) is not None:
            yield column

    def _renames(self, part: list[_Token], columns: list[Column], dropped: list[str]) -> Iterator[Made]:
        """`RENAME a TO b`, `CHANGE a b type`: the new name is a new column; `RENAME TO b` is a new table."""
        verb, rest = part[0].upper, _without(part[1:], "COLUMN")
        if verb == "RENAME" and rest and rest[0].upper in ("TO", "AS") and len(rest) > 1:
            yield Made((rest[-1].name,), self._spot(rest[-1].line), True)
        elif verb == "RENAME" and len(rest) == 3 and rest[1].upper == "TO":
            columns.append(Column(rest[2].name, "", self._spot(rest[2].line)))
            dropped.append(rest[0].name)
        elif verb == "CHANGE" and len(rest) > 2 and rest[0].name.lower() != rest[1].name.lower():
            columns.extend(self._definitions([rest[1:]]))
            dropped.append(rest[0].name)


def _without(part: list[_Token], *words: str) -> list[_Token]:
    """The part without these words at its beginning, in this order."""
    for word in words:
        if part and part[0].upper == word:
            part = part[1:]
    return part


def _dropped(part: list[_Token]) -> str:
    if part and part[0].upper in {*_NO_COLUMN, *_INDEX, "DEFAULT"}:
        return ""
    rest = _without(part, "COLUMN", "IF", "EXISTS")
    return rest[0].name if rest and rest[0].is_name else ""


def _is_index(part: list[_Token]) -> bool:
    """`KEY by_name (name)` is an index, `key varchar(20)` a column."""
    if part[0].upper not in _INDEX:
        return False
    opens = next((number for number, token in enumerate(part) if token.text == "("), None)
    return opens is not None and opens + 1 < len(part) and not part[opens + 1].text.isdigit()
