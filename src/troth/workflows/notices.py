"""Looks at notices: what is wrong with a folder or a plain text, and what one version changes against another."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from troth.datamap.categories import CATEGORIES
from troth.notice.diff import Change, diff
from troth.notice.findings import Finding, Known, check, ordered
from troth.notice.loading import LAWS, load
from troth.notice.model import Notice
from troth.notice.prose import bound_lines, language_of, raw_lines
from troth.notice.prose import check as check_prose
from troth.retention.rules import EVENTS
from troth.terms.bilingual import LANGUAGES
from troth.terms.errors import UsageError
from troth.workflows.house import House

Told = dict[str, Any]
_MOST = 2**20  # bytes of a plain text


def lint(house: House, path: Path, spoken: str, language: str = "", laws: Collection[str] = ()) -> Told:
    """What is wrong with a notice's folder, or what a plain text lacks; `spoken`: the language of messages.

    Raises UsageError where it cannot be read.
    """
    for given, known, place in (
        (laws, LAWS, "--law"),
        ([language] if language else (), LANGUAGES, "--language"),
    ):
        for one in given:
            if one not in known:
                raise UsageError(f"{one!r} is not known", place=place, remedy=f"Known: {', '.join(known)}.")
    if path.is_dir():
        if language:
            raise UsageError("a notice's folder says its languages itself", place="--language")
        found = findings(house, load(path), laws)
    else:
        text = plain(path)
        spoken_in = language or language_of(text)
        asked = tuple(laws) or LAWS
        found = check_prose(raw_lines(text), spoken_in, str(path), asked, house.now().date())
    return {"findings": [told(one, spoken) for one in found]}


def findings(house: House, notice: Notice, laws: Collection[str] = ()) -> tuple[Finding, ...]:
    """What is wrong with a notice: as data, and in what its texts say."""
    at = house.now().date()
    systems = house.map().systems if house.map_path.exists() else None
    known = Known(CATEGORIES, systems, EVENTS)
    texts = [
        one
        for text in notice.texts.values()
        for one in check_prose(
            bound_lines(text, placing(notice, text.language)),
            text.language,
            text.file,
            tuple(laws) or notice.laws,
            at,
        )
    ]
    return ordered([*check(notice, known, at), *texts])


def placing(notice: Notice, language: str) -> Callable[[str], str]:
    """What stands in a text where it places a fact."""

    def fact(name: str) -> str:
        if name == "effective":
            return notice.effective.isoformat() if notice.effective else ""
        return notice.version if name == "version" else notice.fact(name, language)

    return fact


def plain(path: Path) -> str:
    """A plain text's words; raises UsageError where it cannot be read."""
    try:
        if path.stat().st_size > _MOST:
            raise UsageError("this file is too long for a notice", place=str(path))
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        remedy = "Name a text in UTF-8, or a notice's folder."
        raise UsageError("this cannot be read as a notice", place=str(path), remedy=remedy) from None


def told(one: Finding, spoken: str) -> Told:
    """A finding in one language."""
    return {
        "id": one.id, "level": one.level, "law": one.law, "language": one.language, "file": one.file, "line": one.line,
        "message": one.message.within(spoken), "hint": one.hint.within(spoken),
    }  # fmt: skip


def compare(old: Path, new: Path, spoken: str) -> Told:
    """What the second notice changes against the first, by promise, and whether people must be told first."""
    return changed(diff(load(old), load(new)), spoken)


def changed(changes: Collection[Change], spoken: str) -> Told:
    """Changes in one language."""
    return {
        "material": any(one.material for one in changes),
        "changes": [
            {
                "promise": one.promise,
                "kind": one.kind,
                "why": one.why.within(spoken),
                "material": one.material,
            }
            for one in changes
        ],
    }
