"""What notices promise otherwise: the diff of promises, each change with its line and what it means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Final

from troth.evidence.review.change import Change, Spot, change
from troth.notice.diff import NEW, diff
from troth.notice.diff import Change as Promised
from troth.notice.model import Named, Notice
from troth.terms.bilingual import LANGUAGES, Both

_SPOKEN: Final = {"da": Both("dansk", "Danish"), "en": Both("engelsk", "English")}
assert set(_SPOKEN) == set(LANGUAGES)


def promised(before: Mapping[str, Notice], after: Mapping[str, Notice]) -> Iterator[Change]:
    """Every change of what is promised, notice by notice; the folder names a notice."""
    for folder in dict.fromkeys((*before, *after)):
        old, new = before.get(folder), after.get(folder)
        if new is None:
            yield change("V064", _head(folder), where=folder)
        elif old is None:
            yield change("V065", _head(folder), where=folder)
        else:
            for one in diff(old, new):
                yield _told(folder, old, new, one)
            for language in old.languages:
                if language not in new.languages:
                    yield change("V066", _head(folder), what=_SPOKEN[language])


def _told(folder: str, old: Notice, new: Notice, one: Promised) -> Change:
    spot = _spot(folder, new, one)
    where = one.promise or folder
    if one.kind == "removed":
        title = old.promises[one.promise].title
        what = Both(*(f": »{words}«" if words else "" for words in title))
        return change("V063", spot, promise=one.promise, where=where, what=what)
    recipient = _recipient(new, one)
    if recipient is not None:
        return change("V062", spot, promise=one.promise, where=where, what=_whom(recipient))
    number = "V060" if one.material else "V061"
    return change(number, spot, promise=one.promise, where=where, why=one.why)


def _spot(folder: str, new: Notice, one: Promised) -> Spot:
    if one.promise not in new.promises:
        return Spot(str(PurePosixPath(folder, "promises.yaml")), 1) if one.promise else _head(folder)
    file, _, line = new.promises[one.promise].place.rpartition(":")
    return Spot(file, int(line))


def _head(folder: str) -> Spot:
    return Spot(str(PurePosixPath(folder, "notice.yaml")), 1)


def _recipient(new: Notice, one: Promised) -> Named | None:
    """The recipient that a promise newly names."""
    kind, words = NEW["recipients"]
    if one.kind != kind:
        return None
    named = (name for name in new.recipients if words.en.format(name=name) == one.why.en)
    return next((new.recipients[name] for name in named), None)


def _whom(recipient: Named) -> Both:
    """`Analytics providers (US)`: who it is, and where."""
    countries = ", ".join(recipient.countries)
    place = f" ({countries})" if countries else ""
    return Both(f"{recipient.title.da}{place}", f"{recipient.title.en}{place}")
