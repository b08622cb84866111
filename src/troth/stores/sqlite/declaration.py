"""Reads what SQLite tells only in its CREATE statements, by their tokens: exact, or an honest None."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from troth.datamap.schema import Check, Event, Trigger

_TOKEN = re.compile(
    r"""(?P<skip>\s+|--[^\n]*|/\*.*?(?:\*/|\Z))|(?P<text>'(?:[^']|'')*')"""
    r"""|(?P<quoted>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])|(?P<word>[\w$]+)|(?P<mark>.)""",
    re.DOTALL,
)
_ENDS_A_NAME = {"CHECK", "REFERENCES", "PRIMARY", "UNIQUE", "NOT", "NULL", "DEFAULT", "COLLATE", ","}
_EVENTS: dict[str, Event] = {"INSERT": "insert", "UPDATE": "update", "DELETE": "delete"}


class Token(NamedTuple):
    """One word of SQL; `word` is the keyword in capitals, "" for anything quoted."""

    word: str
    name: str  # as an identifier or a string means it
    start: int
    end: int
    depth: int


@dataclass(frozen=True, slots=True)
class Reference:
    """One REFERENCES clause, in the order of declaration."""

    name: str
    deferrable: bool = False


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a CREATE TABLE statement says beyond the pragmas."""

    checks: tuple[Check, ...] = ()
    references: tuple[Reference, ...] = ()
    autoincrement: bool = False
    collations: Mapping[str, str] = field(default_factory=dict)  # lower-case column -> lower-case collation


@dataclass(frozen=True, slots=True)
class Module:
    """A CREATE VIRTUAL TABLE statement: its module, plain arguments, and options such as content=."""

    name: str
    arguments: tuple[str, ...]
    options: dict[str, str]


def tokens(sql: str) -> list[Token]:
    """All tokens but blanks and comments; `depth` counts the parentheses around each."""
    found, depth = [], 0
    for match in _TOKEN.finditer(sql):
        if match.lastgroup == "skip":
            continue
        text = match.group()
        depth -= text == ")"
        quoted = match.lastgroup in ("text", "quoted")
        found.append(Token("" if quoted else text.upper(), _unquoted(text), *match.span(), depth))
        depth += text == "("
    return found


def declaration(sql: str) -> Declaration | None:
    """The constraints of a CREATE TABLE statement; None if its parentheses do not match."""
    words = tokens(sql)
    if words and words[-1].depth != 0:
        return None
    checks: list[Check] = []
    references: list[Reference] = []
    named = ""
    body = [(index, token) for index, token in enumerate(words) if token.depth == 1]
    for index, token in body:
        before = words[index - 1].word
        if before == "CONSTRAINT":
            named = token.name
            continue
        if token.word == "CHECK" and words[index + 1].word == "(":
            close = _closing(words, index + 1)
            checks.append(Check(named, sql[words[index + 1].end : words[close].start].strip()))
        elif token.word == "REFERENCES":
            references.append(Reference(named))
        elif token.word == "DEFERRABLE" and references:
            references[-1] = replace(references[-1], deferrable=before != "NOT")
        if token.word in _ENDS_A_NAME:
            named = ""
    autoincrement = any(token.word == "AUTOINCREMENT" for token in words)
    return Declaration(tuple(checks), tuple(references), autoincrement, _collations(words))


def trigger(name: str, sql: str) -> Trigger:
    """A CREATE TRIGGER statement, its body from BEGIN to END; unreadable: all events, all text."""
    words = tokens(sql)
    at = next(index for index, token in enumerate(words) if token.word == "TRIGGER") + 1
    at += 3 if [token.word for token in words[at : at + 3]] == ["IF", "NOT", "EXISTS"] else 0
    at += 3 if words[at + 1].word == "." else 1
    timing = words[at].word if words[at].word in ("BEFORE", "AFTER", "INSTEAD") else ""
    at += {"": 0, "INSTEAD": 2}.get(timing, 1)
    event = words[at].word
    on = next((index for index, token in enumerate(words) if index > at and token.word == "ON"), 0)
    begin = next((token for token in words[on:] if token.word == "BEGIN" and token.depth == 0), None)
    if event not in _EVENTS or not on or begin is None:
        return Trigger(name, frozenset(_EVENTS.values()), "AFTER", sql)
    return Trigger(
        name=name,
        events=frozenset({_EVENTS[event]}),
        timing={"": "BEFORE", "INSTEAD": "INSTEAD OF"}.get(timing, timing),
        body=sql[begin.start :].rstrip().rstrip(";").rstrip(),
        columns=tuple(token.name for token in words[at + 2 : on] if token.word != ","),
    )


def module(sql: str) -> Module:
    """The module of a CREATE VIRTUAL TABLE statement, and what it was given."""
    words = tokens(sql)
    using = next(index for index, token in enumerate(words) if token.word == "USING")
    arguments: list[str] = []
    options: dict[str, str] = {}
    for part in _parts(words[using + 3 : -1]):
        if len(part) > 2 and part[1].word == "=":
            options[part[0].name.lower()] = part[2].name
        elif part:
            arguments.append(part[0].name)
    return Module(words[using + 1].name.lower(), tuple(arguments), options)


def tables_read(sql: str, known: Mapping[str, str]) -> tuple[str, ...]:
    """Which `known` tables (lower-case name -> name) a view reads; all that it mentions, if unparsable."""
    import sqlglot
    from sqlglot import exp

    try:
        view = sqlglot.parse_one(sql, dialect="sqlite")
    except sqlglot.errors.SqlglotError:
        found = {token.name.lower() for token in tokens(sql)}
    else:
        body = view.expression if isinstance(view, exp.Create) and view.expression else view
        ctes = {cte.alias.lower() for cte in body.find_all(exp.CTE)}
        found = {table.name.lower() for table in body.find_all(exp.Table)} - ctes
    return tuple(sorted(known[name] for name in found & known.keys()))


def _parts(words: Sequence[Token]) -> Iterator[list[Token]]:
    part: list[Token] = []
    for token in words:
        if token.word == "," and token.depth == 1:
            yield part
            part = []
        else:
            part.append(token)
    yield part


def _collations(words: Sequence[Token]) -> dict[str, str]:
    """The collation of each column that has one, in lower case."""
    opening = next((at for at, token in enumerate(words) if token.word == "("), None)
    if opening is None:
        return {}
    return {
        part[0].name.lower(): part[at + 1].name.lower()
        for part in _parts(words[opening + 1 : _closing(words, opening)])
        for at, token in enumerate(part[:-1])
        if token.word == "COLLATE" and token.depth == 1
    }


def _closing(words: Sequence[Token], opening: int) -> int:
    return next(i for i in range(opening + 1, len(words)) if words[i].depth == words[opening].depth)


def _unquoted(text: str) -> str:
    if text[0] in "'\"`" and len(text) > 1:
        return text[1:-1].replace(text[0] * 2, text[0])
    return text[1:-1] if text[0] == "[" and len(text) > 1 else text
