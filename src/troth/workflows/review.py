"""Says what a change of maps, notices, retention rules and migrations means for people, before it is merged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from troth.datamap import mapfile
from troth.evidence.review import Side, ddl
from troth.evidence.review import review as compared
from troth.evidence.review.change import Change
from troth.evidence.review.charted import Charted
from troth.evidence.review.lines import Lines
from troth.evidence.review.migrated import Made, Migrated
from troth.evidence.review.migration_code import read_python, read_ruby
from troth.notice import loading
from troth.notice.model import Notice
from troth.retention import rulefile
from troth.retention.rules import Rules
from troth.terms.bilingual import Both
from troth.terms.errors import UsageError
from troth.workflows.review_files import LARGEST, MAP, NOTICE, RULES, Found, found

Told = dict[str, Any]
_TOO_LARGE = Both("den er for stor", "it is too large")
_NO_TEXT = Both("den er ikke tekst i UTF-8", "it is no text in UTF-8")
_UNENDED = Both("en tekst eller kommentar i den har ingen ende", "a text or comment in it has no end")
_NO_PYTHON = Both("den er ikke Python", "it is no Python")


def review(base: str, head: str, spoken: str, here: Path) -> Told:
    """What changes for people from one revision, or folder, to the other, worst first, in the language spoken.

    Raises UsageError where a side cannot be found or read: what was not read was not reviewed.
    """
    old, new = found(base, head, here)
    if not old.ours() and not new.ours():
        remedy = "`troth map` writes a map, docs/notice.md shows a notice."
        raise UsageError(
            "neither side has a data map, a notice or retention rules", place=f"{base} {head}", remedy=remedy
        )
    with _laid_out(old) as before, _laid_out(new) as after:
        changes = compared(_side(before, old), _side(after, new), _migrations(old, new))
    return {"changes": [_told(one, spoken) for one in changes]}


def decides(told: Told) -> bool:
    """Whether a person must decide: anything that is more than a note."""
    return any(one["level"] != "note" for one in told["changes"])


def _told(one: Change, spoken: str) -> Told:
    return {
        "id": one.id, "level": one.level, "system": one.system, "dataset": one.dataset, "column": one.column,
        "promise": one.promise, "file": one.file, "line": one.line, "message": one.message.within(spoken),
        "hint": one.hint.within(spoken),
    }  # fmt: skip


# ------------------------------------------------------------------ one side


@contextmanager
def _laid_out(side: Found) -> Iterator[Path]:
    """The side's own files in a folder only we can read, gone afterwards."""
    paths = side.ours()
    for path in paths:
        if side.sizes[path] > LARGEST:
            raise UsageError("this file is too large to be read", place=f"{side.said}:{path}")
    with TemporaryDirectory(prefix="troth-review-") as name:
        top = Path(name)
        for path, content in side.read(paths).items():
            (top / path).parent.mkdir(parents=True, exist_ok=True)
            (top / path).write_bytes(content)
        yield top


@contextmanager
def _placed(top: Path, side: Found) -> Iterator[None]:
    """Faults name the side and the path in it, not where it was laid out."""
    try:
        yield
    except UsageError as fault:
        fault.place = f"{side.said}:{_within(top, fault.place)}"
        raise


def _within(top: Path, place: str) -> str:
    return place.removeprefix(f"{top}/")


def _side(top: Path, side: Found) -> Side:
    with _placed(top, side):
        notices = dict(_notices(top, side.ours()))
        maps = {path: _charted(top, path, notices) for path in side.ours() if PurePosixPath(path).name == MAP}
    for path in side.ours():
        if PurePosixPath(path).name == RULES and str(PurePosixPath(path).with_name(MAP)) not in maps:
            raise UsageError(
                "no map lies beside these rules",
                place=f"{side.said}:{path}",
                remedy=f"Put them beside {MAP}.",
            )
    return Side(maps, notices)


def _notices(top: Path, paths: Iterable[str]) -> Iterator[tuple[str, Notice]]:
    for path in paths:
        if PurePosixPath(path).name == NOTICE:
            folder = str(PurePosixPath(path).parent)
            yield folder, _relative(top, loading.load(top / folder))


def _relative(top: Path, notice: Notice) -> Notice:
    """The notice with the places of its promises as the repository calls them."""
    promises = {
        name: replace(promise, place=_within(top, promise.place)) for name, promise in notice.promises.items()
    }
    return replace(notice, promises=promises)


def _charted(top: Path, path: str, notices: Mapping[str, Notice]) -> Charted:
    text, rules_path = _text(top, path), str(PurePosixPath(path).with_name(RULES))
    datamap = mapfile.loads(text, path)
    rules: Rules | None = None
    if (top / rules_path).exists():
        rules = rulefile.loads(_text(top, rules_path), datamap, rules_path)
    return Charted(path, datamap, Lines(text, path), rules, rules_path, _nearest(path, notices))


def _text(top: Path, path: str) -> str:
    try:
        return (top / path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(
            "this cannot be read: it is no text", place=path, remedy="It is YAML in UTF-8."
        ) from None


def _nearest(path: str, notices: Mapping[str, Notice]) -> dict[str, Notice]:
    """The notices that share the longest way with a map: those beside it, else those of the whole repository."""

    def shared(folder: str) -> int:
        ways = (PurePosixPath(folder).parts, PurePosixPath(path).parent.parts)
        return next(
            (n for n, (one, other) in enumerate(zip(*ways, strict=False)) if one != other),
            min(map(len, ways)),
        )

    most = max(map(shared, notices), default=0)
    return {folder: notice for folder, notice in notices.items() if shared(folder) == most}


# ------------------------------------------------------------------ migrations


def _migrations(old: Found, new: Found) -> Migrated:
    """What the migrations do that are new or changed, without what they did before."""
    changed = [path for path in new.migrations() if new.hashes[path] != old.hashes.get(path)]
    known = set(new.hashes.values())
    before = [path for path in old.migrations() if path in changed or old.hashes[path] not in known]
    return _read(new, changed).without(_read(old, before))


def _read(side: Found, paths: Iterable[str]) -> Migrated:
    made: list[Made] = []
    unread: dict[str, Both] = {}
    for path in paths:
        if side.sizes[path] > LARGEST:
            unread[path] = _TOO_LARGE
            continue
        try:
            text = side.read([path])[path].decode("utf-8-sig")
            if len(text) > ddl.MOST and ddl.concerns(text):
                unread[path] = _TOO_LARGE
            else:
                made += _made(text, path)
        except UnicodeDecodeError:
            unread[path] = _NO_TEXT
        except ddl.UnendedError:
            unread[path] = _UNENDED
        except (SyntaxError, ValueError, RecursionError):
            unread[path] = _NO_PYTHON
    return Migrated(tuple(made), unread)


def _made(text: str, path: str) -> tuple[Made, ...]:
    reader = {".py": read_python, ".rb": read_ruby}.get(PurePosixPath(path).suffix, ddl.read)
    return reader(text, path)
