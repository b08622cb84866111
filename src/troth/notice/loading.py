"""Reads a notice's folder as strictly as the map: every fault of form has its file, its line and its remedy."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final, cast

from troth.notice.length import Length, length
from troth.notice.model import (
    ACTS,
    BASES,
    KINDS,
    LISTS,
    NOTHING,
    REASONS,
    ROLES,
    SAFEGUARDS,
    Control,
    Fact,
    Kind,
    Named,
    Notice,
    Promise,
    Retention,
    Text,
)
from troth.notice.rules import lengths
from troth.notice.text import NAME, parse
from troth.terms.bilingual import LANGUAGES, Both
from troth.terms.errors import MapError, UsageError
from troth.terms.nodes import Node, Pages, as_date, compose, composed, meant

FORMAT: Final = 1
ROOT: Final = (
    "notice", "id", "effective", "version", "languages", "laws", "rules", "facts", "subjects", "purposes", "categories",
    "recipients", "points", "processing",
)  # fmt: skip
KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "subjects": ("da", "en", "dpv"),
    "purposes": ("da", "en", "dpv", "subjects", "interest"),
    "categories": ("da", "en", "dpv", "fields"),
    "recipients": ("da", "en", "dpv", "role", "countries", "safeguard"),
    "points": ("da", "en", "dpv", "systems"),
    "processing": ("da", "en", "dpv", "controllers", "recipients"),
}
PROMISE: Final = (
    "id", "kind", "title", "points", "purposes", "basis", "categories", "recipients", "retention", "only", "never", "acts",
    "law", "control",
)  # fmt: skip
LAWS: Final = ("eu", "us_ca")
_WORD: Final = re.compile(r"[a-z][a-z0-9_.-]{0,62}")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_SPAN: Final = "Write a length as ISO 8601 does: P2Y, P6M, P90D, PT1H; PT0S is at once."


HEAD, PROMISES, RULES = "notice.yaml", "promises.yaml", "rules"
"""The parts of a notice by name; beside them `da.md`, `en.md`. The retention file is taken along under its key."""


def load(folder: Path) -> Notice:
    """The notice in a folder; raises MapError with `file:line` and a remedy for whatever cannot be read."""
    return read(gather(folder), str(folder))


def gather(folder: Path) -> dict[str, str]:
    """Every text that makes up the notice, by name; raises MapError where one is missing."""
    if not folder.is_dir():
        raise UsageError(
            "there is no such folder.", place=str(folder), remedy="docs/notice.md shows what lies in it."
        )
    found = {name: _text(folder / name) for name in (HEAD, PROMISES)}
    head = _head(found, str(folder))
    found |= {f"{language}.md": _text(folder / f"{language}.md") for language in head.languages}
    if "rules" in head.given:
        path = folder / head.pages.text(head.given["rules"], "rules")
        if not path.is_file():
            head.pages.fault(
                head.given["rules"],
                "there are no retention rules there.",
                "Write the path from the notice's folder.",
            )
        found[RULES] = _text(path)
    return found


def read(files: Mapping[str, str], place: str) -> Notice:
    """The notice that the texts make up; `place` is where they lie, for messages. The same texts are read once."""
    return _read(tuple(files.items()), place)


@lru_cache(maxsize=4)
def _read(named: tuple[tuple[str, str], ...], place: str) -> Notice:
    files = dict(named)
    head = _head(files, place)
    rules = lengths(files[RULES], f"{place}/{RULES}") if RULES in files else {}
    pages = Pages(f"{place}/{PROMISES}")
    promises = _Body(pages, head, rules).promises(_listed(files[PROMISES], pages.file))
    texts = {
        language: parse(language, f"{place}/{language}.md", files[f"{language}.md"])
        for language in head.languages
    }
    return head.notice(promises, texts, digest(files))


def digest(files: Mapping[str, str]) -> str:
    """One hash over all texts, each by its name and its own, so that no text can pass for the end of another."""
    inner = "".join(
        f"{name}\n{hashlib.sha256(text.encode()).hexdigest()}\n" for name, text in sorted(files.items())
    )
    return hashlib.sha256(inner.encode()).hexdigest()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        remedy = "docs/notice.md shows one."
        raise MapError("a part of the notice is missing.", place=str(path), remedy=remedy) from None
    except (OSError, UnicodeDecodeError):
        remedy = "It is text in UTF-8."
        raise MapError("this part of the notice cannot be read.", place=str(path), remedy=remedy) from None


def _head(files: Mapping[str, str], place: str) -> _Head:
    file = f"{place}/{HEAD}"
    return _Head(Pages(file), compose(files[HEAD], file, "a notice", "Start with `notice: 1`."))


def _listed(text: str, file: str) -> Node:
    root = composed(text, file)
    if root is None:
        raise MapError("there is no promise here.", place=f"{file}:1", remedy="docs/notice.md shows one.")
    return root


class _Head:
    """What notice.yaml says."""

    def __init__(self, pages: Pages, node: Node) -> None:
        self.pages = pages
        given = pages.keyed(node, "a notice", ROOT, required=("notice", "id", "languages"))
        if pages.atom(given["notice"], "notice") != FORMAT:
            pages.fault(given["notice"], f"this notice's format is not {FORMAT}.", "Begin with `notice: 1`.")
        self.given = given
        self.id = self._word(given["id"], "id")
        self.languages = tuple(self.chosen(given["languages"], "languages", LANGUAGES))
        if not self.languages:
            pages.fault(given["languages"], "a notice has a language.", "Write [da, en].")
        self.laws = tuple(self.chosen(given["laws"], "laws", LAWS)) if "laws" in given else LAWS[:1]
        self.lists = {what: self._list(what) for what in KEYS}

    def _word(self, node: Node, what: str) -> str:
        text = self.pages.text(node, what)
        if not _WORD.fullmatch(text):
            self.pages.fault(node, f"{text!r} is no name.", "Use lower-case letters, digits, -, _ and dots.")
        return text

    def chosen(self, node: Node, what: str, known: Collection[str]) -> list[str]:
        names = self.pages.names(node, what)
        for name, item in names.items():
            if name not in known:
                self.pages.fault(item, f"{what} names an unknown {name!r}.", meant(name, known))
        return list(names)

    def said(self, node: Node, what: str) -> Both:
        """A text, or one per language of the notice."""
        pages = self.pages
        if not pages.is_mapping(node):
            value = pages.atom(node, what)
            return Both(*[str(value).strip()] * 2) if value is not None else NOTHING
        given = {name: pages.atom(part, what) for name, part in pages.keyed(node, what, LANGUAGES).items()}
        words = {name: "" if value is None else str(value).strip() for name, value in given.items()}
        either = next((words[name] for name in self.languages if words.get(name)), "")
        return Both(*(words.get(name, "" if name in self.languages else either) for name in LANGUAGES))

    def facts(self) -> dict[str, Fact]:
        found = {}
        for name, (key, node) in (
            self.pages.pairs(self.given["facts"], "facts").items() if "facts" in self.given else ()
        ):
            place, needless = self.pages.place(key), ""
            if self.pages.is_mapping(node) and "not_needed" in self.pages.pairs(node, name):
                why = self.pages.keyed(node, name, ("not_needed",))["not_needed"]
                needless = self.pages.text(why, "not_needed")
            value = NOTHING if needless else self.said(node, name)
            found[self._word(key, "a fact")] = Fact(name, value, place, needless)
        return found

    def _list(self, what: str) -> dict[str, Named]:
        pairs = self.pages.pairs(self.given[what], what) if what in self.given else {}
        return {name: self._named(what, name, key, node) for name, (key, node) in pairs.items()}

    def _named(self, what: str, name: str, key: Node, node: Node) -> Named:
        pages = self.pages
        self._word(key, what)
        given = pages.keyed(node, f"{what} {name}", KEYS[what], required=self.languages)
        words: dict[str, str] = {one: pages.text(given[one], one) for one in LANGUAGES if one in given}
        either = words[self.languages[0]]

        def names(of: str) -> tuple[str, ...]:
            return tuple(pages.names(given[of], of)) if of in given else ()

        def one_of(of: str, known: Collection[str]) -> str:
            return self.pages.one_of(given[of], of, known) if of in given else ""

        for country in names("countries"):
            if not _COUNTRY.fullmatch(country):
                pages.fault(given["countries"], f"{country!r} is no country.", "Write two letters: DK.")
        return Named(
            name, Both(words.get("da", either), words.get("en", either)), pages.place(key),
            dpv=pages.text(given["dpv"], "dpv") if "dpv" in given else "",
            subjects=names("subjects"),
            interest=self.said(given["interest"], "interest") if "interest" in given else NOTHING,
            fields=names("fields"), role=one_of("role", ROLES), countries=names("countries"),
            safeguard=one_of("safeguard", SAFEGUARDS), systems=names("systems"),
            controllers=pages.text(given["controllers"], "controllers") if "controllers" in given else "",
            recipients=names("recipients"),
        )  # fmt: skip

    def notice(self, promises: dict[str, Promise], texts: Mapping[str, Text], digest: str) -> Notice:
        pages, given = self.pages, self.given
        effective = None
        if "effective" in given and (told := pages.atom(given["effective"], "effective")) is not None:
            effective = as_date(str(told))
            if effective is None:
                pages.fault(given["effective"], "this is no day.", "Write 2027-01-01.")
        version = pages.atom(given["version"], "version") if "version" in given else None
        return Notice(
            self.id, pages.file, effective, "" if version is None else str(version), self.languages, self.laws,
            self.facts(), **self.lists, promises=promises, texts=texts, digest=digest,
        )  # fmt: skip


class _Body:
    """What promises.yaml says, against the lists of notice.yaml."""

    def __init__(self, pages: Pages, head: _Head, rules: Mapping[str, Retention]) -> None:
        self.pages, self.rules = pages, rules
        self.lists = head.lists

    def promises(self, node: Node) -> dict[str, Promise]:
        found: dict[str, Promise] = {}
        for item in self.pages.items(node, "promises.yaml"):
            one = self._promise(item)
            if one.id in found:
                self.pages.fault(
                    item, f"{one.id} stands here twice.", f"It stands in {found[one.id].place} too."
                )
            found[one.id] = one
        return found

    def _promise(self, node: Node) -> Promise:
        pages = self.pages
        given = pages.keyed(node, "a promise", PROMISE, required=("id", "kind"))
        name = pages.text(given["id"], "id")
        if not NAME.fullmatch(name):
            pages.fault(given["id"], f"{name!r} is no id of a promise.", "Write P1, P2 and so on.")
        lists = {what: self._names(given[what], what) for what in LISTS if what in given}
        law, as_of = self._law(given["law"]) if "law" in given else ("", None)
        return Promise(
            name, cast(Kind, self.pages.one_of(given["kind"], "kind", KINDS)), pages.place(node),
            title=self._title(given["title"]) if "title" in given else NOTHING,
            **lists,
            basis=self.pages.one_of(given["basis"], "basis", BASES) if "basis" in given else "",
            retention=self._retention(given["retention"]) if "retention" in given else None,
            only=self._chosen(given["only"], "only", LISTS) if "only" in given else (),
            never=self._never(given["never"]) if "never" in given else {},
            acts=self._chosen(given["acts"], "acts", ACTS) if "acts" in given else (),
            law=law, as_of=as_of, control=self._control(given["control"]) if "control" in given else None,
        )  # fmt: skip

    def _chosen(self, node: Node, what: str, known: Collection[str]) -> tuple[str, ...]:
        names = self.pages.names(node, what)
        for name, item in names.items():
            if name not in known:
                self.pages.fault(item, f"{what} names an unknown {name!r}.", meant(name, known))
        return tuple(names)

    def _names(self, node: Node, what: str) -> tuple[str, ...]:
        return self._chosen(node, what, self.lists[what])

    def _title(self, node: Node) -> Both:
        given = self.pages.keyed(node, "title", LANGUAGES)
        words = {name: self.pages.text(part, "title") for name, part in given.items()}
        either = next(iter(words.values()), "")
        return Both(words.get("da", either), words.get("en", either))

    def _law(self, node: Node) -> tuple[str, date]:
        given = self.pages.keyed(node, "law", ("name", "as_of"), required=("name", "as_of"))
        day = as_date(str(self.pages.atom(given["as_of"], "as_of")))
        if day is None:
            self.pages.fault(given["as_of"], "this is no day.", "Write 2026-01-01.")
        return self.pages.text(given["name"], "name"), day

    def _never(self, node: Node) -> dict[str, tuple[str, ...]]:
        given = self.pages.keyed(node, "never", ("acts", "purposes", "categories", "recipients"))
        return {
            what: self._chosen(part, what, ACTS if what == "acts" else self.lists[what])
            for what, part in given.items()
        }

    def _length(self, node: Node, what: str) -> Length:
        found = length(self.pages.text(node, what))
        if found is None:
            self.pages.fault(node, f"{what} is no length of time.", _SPAN)
        return found

    def _retention(self, node: Node) -> Retention:
        pages = self.pages
        if not pages.is_mapping(node):
            name = pages.text(node, "retention")
            return self.rules.get(name) or Retention(rule=name)
        given = pages.keyed(node, "retention", ("keep", "after", "while", "reasons"))
        if "while" in given:
            self.pages.one_of(given["while"], "while", ("active",))
        return Retention(
            keep=self._length(given["keep"], "keep") if "keep" in given else None,
            after=pages.text(given["after"], "after") if "after" in given else "",
            while_active="while" in given,
            reasons=self._chosen(given["reasons"], "reasons", REASONS) if "reasons" in given else (),
        )

    def _control(self, node: Node) -> Control:
        pages = self.pages
        given = pages.keyed(node, "control", ("name", "parameters", "deadline"), required=("name",))
        name = pages.text(given["name"], "name")
        if not _WORD.fullmatch(name):
            pages.fault(
                given["name"], f"{name!r} is no name.", "Use lower-case letters, digits, -, _ and dots."
            )
        parameters = self._plain(given["parameters"]) if "parameters" in given else {}
        if not isinstance(parameters, dict):
            pages.fault(given["parameters"], "parameters must be a mapping of names to values.")
        deadline = self._length(given["deadline"], "deadline") if "deadline" in given else None
        return Control(name, parameters, deadline)

    def _plain(self, node: Node) -> object:
        """A node as plain values: mappings, lists, texts, numbers, truths."""
        pages = self.pages
        if pages.is_mapping(node):
            return {name: self._plain(part) for name, (_, part) in pages.pairs(node, "parameters").items()}
        if isinstance(node.value, list):
            return [self._plain(part) for part in pages.items(node, "parameters")]
        value = pages.atom(node, "parameters")
        return value.isoformat() if hasattr(value, "isoformat") else value
