"""What a trigger does to data, judged from its text alone: whatever is not fully recognised is `unknown`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from troth.datamap.schema import Event, Trigger
from troth.planning.sqltext import (
    Dialect,
    NotUnderstood,
    Token,
    closing,
    is_,
    pure,
    short,
    split,
    split_at,
    text_of,
    tokens,
)

Kind = Literal["harmless", "guards", "copies", "cascades", "unknown"]
_RANK: tuple[Kind, ...] = ("harmless", "guards", "copies", "cascades", "unknown")


@dataclass(frozen=True, slots=True)
class Judgement:
    """The gravest thing a trigger does; `targets` are the tables it writes, as reflection spells them.

    harmless  only stamps the row itself: a time, a constant, a text made of the row's own new values
    guards    may refuse the change with an error, and does nothing else
    copies    writes rows into other tables: history, audit, search
    cascades  changes or deletes other rows
    """

    kind: Kind
    detail: str
    targets: tuple[str, ...] = ()


def judge(trigger: Trigger, table: str, dialect: Dialect, key: Sequence[str] = ()) -> Judgement:
    """The verdict on a trigger of `table`, whose `key` serves to recognise an UPDATE of the very same row."""
    if dialect == "sqlite" and trigger.language == "sql":
        reading = _Reading(trigger, table, dialect, tuple(key))
        return reading.verdict(reading.sqlite)
    if dialect == "mysql" and trigger.language == "sql":
        reading = _Reading(trigger, table, dialect, tuple(key))
        return reading.verdict(reading.mysql)
    if dialect == "postgres" and trigger.language == "plpgsql":
        reading = _Reading(trigger, table, dialect, tuple(key))
        return reading.verdict(reading.plpgsql)
    if dialect == "postgres" and trigger.language == "rule":
        reading = _Reading(trigger, table, dialect, tuple(key))
        return reading.verdict(reading.rule)
    if dialect == "postgres" and trigger.language in _KNOWN:
        called = trigger.body.partition("(")[0].rpartition(".")[2]
        if called in _KNOWN[trigger.language]:
            return Judgement("harmless", _KNOWN[trigger.language][called])
    return Judgement("unknown", f"its language ({trigger.language}) cannot be read: {short(trigger.body)}")


_KNOWN = {
    "internal": {
        "tsvector_update_trigger": "recomputes the row's own search text",
        "tsvector_update_trigger_column": "recomputes the row's own search text",
        "suppress_redundant_updates_trigger": "skips updates that change nothing",
    },
    "c": {"moddatetime": "stamps the row with the time"},
}
_OWN_ROW = ("rowid", "_rowid_", "oid", "id")


@dataclass
class _Reading:
    """One pass over one trigger; all it is seen to do is noted, and the gravest note is the verdict."""

    trigger: Trigger
    table: str
    dialect: Dialect
    key: tuple[str, ...]
    notes: list[tuple[Kind, str]] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    variables: set[str] = field(default_factory=set)

    def verdict(self, read: Callable[[list[Token]], None]) -> Judgement:
        try:
            read(tokens(self.trigger.body, self.dialect))
        except NotUnderstood as stop:
            self.note("unknown", str(stop))
        except IndexError:
            self.note("unknown", "its text ends too early")
        redirected = self.trigger.language == "rule" and self.targets
        if self.trigger.timing == "INSTEAD OF" and not redirected:
            self.note("unknown", "it replaces the statement")
        kind: Kind = max((kind for kind, _ in self.notes), key=_RANK.index, default="harmless")
        details = dict.fromkeys(detail for found, detail in self.notes if found == kind)
        return Judgement(kind, "; ".join(details) or "does nothing", tuple(dict.fromkeys(self.targets)))

    def note(self, kind: Kind, detail: str) -> None:
        self.notes.append((kind, detail))

    def sqlite(self, words: list[Token]) -> None:
        if [words[0].value, words[-1].value] != ["begin", "end"]:
            raise NotUnderstood("its body could not be found")
        for statement in split(words[1:-1], ";"):
            self.statement(statement)

    def mysql(self, words: list[Token]) -> None:
        """A single statement, or BEGIN ... END."""
        if not is_(words, 0, "begin"):
            words = [
                Token("word", "begin", "begin"),
                *words,
                Token("mark", ";", ";"),
                Token("word", "end", "end"),
            ]
        rest, _ = self.block(words, 0, self.trigger.events)
        if [word for word in words[rest:] if word.value != ";"]:
            raise NotUnderstood("there is something after its END")

    def maria(self, first: str, words: list[Token], events: frozenset[Event]) -> frozenset[Event]:
        """A statement that only MariaDB and MySQL have; the events that go on after it."""
        if first == "signal":
            self.pure(words, selects=False)
            self.note("guards", "raises an error")
            return frozenset()
        if first == "set":
            self.assigned(words)
        elif {"handler", "condition", "cursor"} & {word.value for word in words}:
            raise NotUnderstood(f"a declaration is not understood: {text_of(words)}")
        else:
            self.declare(words)
        return events

    def assigned(self, words: list[Token]) -> None:
        """MySQL's SET: of the new row's columns, or of the trigger's own variables."""
        for part in split(words, ","):
            if is_(part, 0, "new") and is_(part, 1, "."):
                self.stamped(part[2], part[3:])
            elif part[0].value in self.variables and len(part) > 2 and part[1].value in (":=", "="):
                self.pure(part[2:], selects=True)
            else:
                raise NotUnderstood(f"an assignment is not understood: {text_of(part)}")

    def rule(self, words: list[Token]) -> None:
        at = next((i for i, word in enumerate(words) if word.kind == "word" and word.value == "do"), None)
        if at is None:
            raise NotUnderstood("its action could not be found")
        action = words[at + 1 :]
        instead = action[0].value == "instead"
        if instead and self.trigger.events != {"insert"}:
            raise NotUnderstood("it puts something else in the statement's place")
        action = action[1:] if action[0].value in ("instead", "also") else action
        while action[-1].value == ";":
            action = action[:-1]
        if action[0].value == "(":
            action = action[1:-1]
        for statement in split(action, ";"):
            if statement[0].value == "nothing":
                raise NotUnderstood("it swallows the statement")
            self.statement(statement)

    def plpgsql(self, words: list[Token]) -> None:
        rest, falls = self.block(words, 0, self.trigger.events)
        if [word for word in words[rest:] if word.value != ";"]:
            raise NotUnderstood("there is something after its END")
        if falls:
            raise NotUnderstood("it may end without RETURN")

    def block(self, words: list[Token], at: int, events: frozenset[Event]) -> tuple[int, frozenset[Event]]:
        """[DECLARE ...] BEGIN ... END: the place after it, and the events for which it does not return."""
        if is_(words, at, "declare"):
            begin = next((i for i in range(at, len(words)) if is_(words, i, "begin")), None)
            if begin is None:
                raise NotUnderstood("its body could not be found")
            for line in split(words[at + 1 : begin], ";"):
                self.declare(line)
            at = begin
        if not is_(words, at, "begin"):
            raise NotUnderstood("its body could not be found")
        at, events = self.statements(words, at + 1, events, ("end",))
        return at + 1, events

    def declare(self, line: list[Token]) -> None:
        values = [word.value for word in line]
        start = next((i for i, value in enumerate(values) if value in (":=", "=", "default")), len(line))
        if {"cursor", "alias"} & set(values[:start]):
            raise NotUnderstood(f"a declaration is not understood: {text_of(line)}")
        self.variables.add(values[0])
        self.pure(line[start + 1 :], selects=True)

    def statements(
        self, words: list[Token], at: int, events: frozenset[Event], stops: tuple[str, ...]
    ) -> tuple[int, frozenset[Event]]:
        while at < len(words):
            if words[at].kind == "word" and words[at].value in stops:
                return at, events
            if is_(words, at, "if"):
                at, events = self.branches(words, at, events)
            elif is_(words, at, "begin") or (is_(words, at, "declare") and self.dialect != "mysql"):
                at, events = self.block(words, at, events)
            elif words[at].value == ";":
                at += 1
            else:
                end = next((i for i in range(at, len(words)) if words[i].value == ";"), len(words))
                events = self.step(words[at:end], events)
                at = end + 1
        raise NotUnderstood("its END is missing")

    def branches(self, words: list[Token], at: int, events: frozenset[Event]) -> tuple[int, frozenset[Event]]:
        """IF ... END IF: the place after it, and the events that fall through it."""
        left, falls = events, frozenset[Event]()
        while words[at].value in ("if", "elsif", "elseif"):
            then = next((i for i in range(at, len(words)) if is_(words, i, "then")), None)
            if then is None or any(is_(words, i, "case") for i in range(at, then)):
                raise NotUnderstood("a condition is not understood")
            self.pure(words[at + 1 : then], selects=True)
            taken, left = _narrowed(words[at + 1 : then], left)
            at, fallen = self.statements(words, then + 1, taken, ("elsif", "elseif", "else", "end"))
            falls |= fallen
        if words[at].value == "else":
            at, left = self.statements(words, at + 1, left, ("end",))
        if not is_(words, at + 1, "if"):
            raise NotUnderstood("a condition is not understood")
        return at + 2, falls | left

    def step(self, words: list[Token], events: frozenset[Event]) -> frozenset[Event]:
        """One simple statement; the events that go on after it."""
        first = words[0].value if words[0].kind == "word" else ""
        if first == "return":
            self.returned(words[1:], events)
            return frozenset()
        if first == "raise":
            return self.raised(words, events)
        if self.dialect == "mysql" and first in ("signal", "set", "declare"):
            return self.maria(first, words[1:], events)
        if first == "assert":
            self.pure(words[1:], selects=True)
            self.note("guards", "asserts a condition")
        elif first == "perform":
            self.pure(words[1:], selects=True)
        elif first == "select" and (into := next((i for i, w in enumerate(words) if w.value == "into"), 0)):
            if words[into + 1].value not in self.variables or is_(words, into + 2, "."):
                raise NotUnderstood(f"a value from elsewhere is put into the row: {text_of(words)}")
            self.pure(words[:into] + words[into + 2 :], selects=True)
        elif first == "new" and is_(words, 1, "."):
            self.stamped(words[2], words[3:])
        elif first in self.variables and len(words) > 1 and words[1].value in (":=", "="):
            self.pure(words[2:], selects=True)
        elif first != "null" or len(words) > 1:
            self.statement(words)
        return events

    def stamped(self, column: Token, rest: list[Token]) -> None:
        if not rest or rest[0].value not in (":=", "="):
            raise NotUnderstood(f"an assignment to {column.raw} is not understood")
        self.own_value(column, rest[1:])
        self.note("harmless", f"sets {column.raw} from the row itself, a constant or the time")

    def own_value(self, column: Token, value: list[Token]) -> None:
        """Nothing but the row's own new values, constants and pure functions; a counter may count on."""
        plain = [word.value for word in value]
        if len(value) == 5 and plain[:4] == ["old", ".", column.value, "+"] and value[4].kind == "number":
            return
        self.pure(value, selects=False)
        for at, word in enumerate(value):
            old = word.value.lower() == "old" and word.kind != "text"
            if (old or word.value in self.variables) and not is_(value, at - 1, "."):
                raise NotUnderstood(f"{column.raw} is set from {word.raw}, which may bring back an old value")

    def returned(self, words: list[Token], events: frozenset[Event]) -> None:
        if self.trigger.timing == "AFTER":
            return  # what an AFTER trigger returns is ignored
        values = "".join(word.value for word in words)
        good: dict[str, set[Event]] = {"new": {"insert", "update", "truncate"}, "old": {"delete", "truncate"}}
        good["coalesce(new,old)"] = good["new"] | good["old"]
        if bad := events - good.get(values, set()):
            raise NotUnderstood(
                f"RETURN {text_of(words)} would drop or undo the change ({', '.join(sorted(bad))})"
            )

    def raised(self, words: list[Token], events: frozenset[Event]) -> frozenset[Event]:
        self.pure(words[1:], selects=False)
        level = words[1].value if len(words) > 1 and words[1].kind == "word" else "exception"
        if level in ("debug", "info", "notice"):
            return events
        if level in ("warning", "log"):
            if any(word.value == "," for word in words):
                raise NotUnderstood("it may write values into the server's log")
            return events
        self.note("guards", "raises an error")
        return frozenset()

    def statement(self, words: list[Token]) -> None:
        first = words[0].value if words[0].kind == "word" else ""
        if first in ("insert", "replace"):
            self.inserted(words)
        elif first == "update":
            self.updated(words)
        elif first == "delete" and is_(words, 1, "from"):
            target, at = self.named(words, 2)
            self.pure(words[at:], selects=True)
            self.note("cascades", f"deletes from {target}")
            self.targets.append(target)
        elif first == "select" and self.dialect == "sqlite":
            self.pure(words, selects=True)
        elif first == "execute":
            raise NotUnderstood("it runs SQL that is put together at run time")
        else:
            raise NotUnderstood(f"a statement is not understood: {text_of(words)}")

    def inserted(self, words: list[Token]) -> None:
        into = next((i for i, word in enumerate(words) if word.value == "into"), None)
        if into is None or into > 3:
            raise NotUnderstood(f"a statement is not understood: {text_of(words)}")
        target, at = self.named(words, into + 1)
        if is_(words, at, "("):
            at = closing(words, at) + 1
        self.pure(words[at:], selects=True)
        self.note("copies", f"inserts into {target}")
        self.targets.append(target)

    def updated(self, words: list[Token]) -> None:
        at = 3 if self.dialect == "sqlite" and is_(words, 1, "or") else 1
        target, at = self.named(words, at)
        self.pure(words[at:], selects=True)
        if self.same(target, self.table) and is_(words, at, "set") and self.own_row(words[at + 1 :]):
            self.note("harmless", "stamps the same row")
            return
        self.note("cascades", f"updates {target}")
        self.targets.append(target)

    def own_row(self, words: list[Token]) -> bool:
        """Whether `SET ... WHERE ...` reaches only the row that fired, and restores nothing."""
        clauses = split_at(words, "where")
        if len(clauses) != 2 or any(word.value in ("from", "select", "or") for word in words):
            return False
        named = {name for part in split(clauses[1], "and") if (name := self._pinned(part))}
        if not (named.issuperset(key.lower() for key in self.key) if self.key else named & set(_OWN_ROW)):
            return False
        for assignment in split(clauses[0], ","):
            if not is_(assignment, 1, "="):
                return False
            self.own_value(assignment[0], assignment[2:])
        return True

    def _pinned(self, part: list[Token]) -> str | None:
        """The column of `column = NEW.column`, either way round."""
        sides = split(part, "=")
        for own, fired in (sides, sides[::-1]) if len(sides) == 2 else ():
            dotted = len(fired) == 3 and is_(fired, 1, ".") and fired[0].value.lower() in ("new", "old")
            prefixed = len(own) == 3 and is_(own, 1, ".") and own[0].value.lower() not in ("new", "old")
            if dotted and (len(own) == 1 or prefixed) and own[-1].value.lower() == fired[2].value.lower():
                return own[-1].value.lower()
        return None

    def named(self, words: list[Token], at: int) -> tuple[str, int]:
        """The table named at this place, as reflection would spell it, and the place after it."""
        at += is_(words, at, "only")
        parts: list[str] = []
        while words[at].kind in ("word", "quoted"):
            folded = words[at].kind == "quoted" or self.dialect == "postgres"
            parts.append(words[at].value if folded else words[at].raw)
            if not is_(words, at + 1, "."):
                break
            at += 2
        if not parts:
            raise NotUnderstood(f"a statement is not understood: {text_of(words)}")
        if self.dialect == "sqlite":
            return parts[-1], at + 1
        if self.dialect == "mysql":
            return ".".join(parts), at + 1
        parts = parts[1:] if len(parts) > 1 and parts[0] == "public" else parts
        odd = [part for part in parts if "." in part or '"' in part]
        return ".".join(
            '"' + part.replace('"', '""') + '"' if part in odd else part for part in parts
        ), at + 1

    def same(self, one: str, other: str) -> bool:
        return one.lower() == other.lower() if self.dialect == "sqlite" else one == other

    def pure(self, words: Sequence[Token], selects: bool) -> None:
        if pure(words, self.dialect, selects):
            self.note("guards", "raises an error")


def _narrowed(condition: list[Token], events: frozenset[Event]) -> tuple[frozenset[Event], frozenset[Event]]:
    """The events for which a condition may hold, and those for which it may not; only TG_OP decides."""
    while len(condition) > 2 and condition[0].value == "(" and closing(condition, 0) == len(condition) - 1:
        condition = condition[1:-1]
    values = [word.value for word in condition]
    plain = all(word.kind == "text" or word.value in ("(", ")", ",") for word in condition[2:])
    if plain and values[:1] == ["tg_op"] and values[1:2] in (["="], ["in"]):
        named = {word.value.strip("'").lower() for word in condition[2:] if word.kind == "text"}
        held = frozenset(event for event in events if event in named)
        return held, events - held
    return events, events
