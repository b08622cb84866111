"""A notice's promises and sentences as checks and lights need them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from troth.evidence.check import Control, Promise
from troth.notice.model import Control as Declared
from troth.notice.model import Notice, Retention
from troth.notice.text import PLACED


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a notice as people read it, and the promises it makes."""

    words: str
    promises: tuple[str, ...]
    heading: int = 0
    item: bool = False
    opens: bool = False


Place = Callable[[Notice, str], Callable[[str], str]]
"""(a notice, a language) -> what puts a fact's words in the place of its name."""


def promises(notice: Notice, place: Place) -> tuple[Promise, ...]:
    """Every promise with its control, the sentences that make it, and the data map's kinds of data it declares."""
    said: dict[str, dict[str, list[str]]] = {name: {} for name in notice.promises}
    for language in notice.texts:
        for line in lines(notice, language, place):
            for name in line.promises:
                if name in said:
                    said[name].setdefault(language, []).append(line.words)
    return tuple(
        Promise(
            one.id, _control(one.control), {lang: tuple(words) for lang, words in said[one.id].items()}, one.purposes,
            _fields(notice, one.categories), _keep(one.retention), one.retention.after or "" if one.retention else "",
        )
        for one in notice.promises.values()
    )  # fmt: skip


def lines(notice: Notice, language: str, place: Place) -> tuple[Line, ...]:
    """The notice in one language, facts in their places, bindings taken away."""
    fact = place(notice, language)
    return tuple(
        Line(
            PLACED.sub(lambda found: fact(found[1]), one.text),
            one.promises or (),
            one.heading,
            one.item,
            one.opens,
        )
        for one in notice.texts[language].sentences
    )


def _control(said: Declared | None) -> Control | None:
    if said is None:
        return None
    return Control(
        said.name,
        {name: _plain(value) for name, value in said.parameters.items()},
        said.deadline.told() if said.deadline else "",
    )


def _plain(value: object) -> object:
    """A parameter as canonical JSON can spell it."""
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value if isinstance(value, bool | int | str) else str(value)


def _fields(notice: Notice, categories: tuple[str, ...]) -> tuple[str, ...]:
    found = (
        field for name in categories if name in notice.categories for field in notice.categories[name].fields
    )
    return tuple(dict.fromkeys(found))


def _keep(said: Retention | None) -> str:
    return said.keep.told() if said is not None and said.keep is not None else ""
