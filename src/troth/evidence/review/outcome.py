"""What becomes of people's rows: erased, made coarser or kept, and whether more of them is left than before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from troth.datamap.model import Dataset, Field, Keep, Ref, Until
from troth.datamap.strategies import PERIODS
from troth.evidence.review.change import Change, change, names
from troth.evidence.review.charted import Charted
from troth.law.rules import cited
from troth.retention.clock import Period
from troth.terms.bilingual import Both

_GONE: Final = Both("tom eller et fast ord", "empty or a fixed word")
_WORDS: Final = {
    "null": _GONE,
    "token": Both("et tegn for rækken", "a token of the row"),
    "noise": Both("tilfældigt inden for {by}", "noise within {by}"),
    "generalise": Both("afrundet til {by}", "generalised to {by}"),
    "truncate": Both("de første {by} tegn", "the first {by} characters"),
}
_LEFT: Final = {"null": 0, "token": 0, "noise": 1, "generalise": 2, "truncate": 2}


def outcome(before: Charted, after: Charted) -> Iterator[Change]:
    """Every change of what an erasure leaves."""
    for ref, new in after.datasets.items():
        old = before.datasets.get(ref)
        if old is not None and (before.concerns(ref) or after.concerns(ref)):
            yield from _mode(after, ref, old, new)
            yield from _cells(after, ref, old, new)
            yield from _purpose(after, ref, old, new)
        yield from _decision(after, ref, old, new)
        yield from _keeps(after, ref, old.keep if old else (), new.keep)


def _mode(after: Charted, ref: Ref, old: Dataset, new: Dataset) -> Iterator[Change]:
    if old.on_erase_default != new.on_erase_default:
        number = "V030" if new.on_erase_default == "anonymise" else "V031"
        yield change(number, after.spot(ref, "erase"), ref)


def _decision(after: Charted, ref: Ref, old: Dataset | None, new: Dataset) -> Iterator[Change]:
    was = old.anonymised if old else None
    if new.anonymised is not None and (was is None or was.text != new.anonymised.text):
        yield change("V034", after.spot(ref, "anonymised"), ref)
    elif was is not None and new.anonymised is None:
        words = Both("pseudonymiseret", "pseudonymised")
        whole = Both("anonymt, eller et fund", "anonymous, or a finding")
        yield change("V033", after.spot(ref, "anonymised"), ref, before=words, after=whole)


def _purpose(after: Charted, ref: Ref, old: Dataset, new: Dataset) -> Iterator[Change]:
    if old.purpose is not None and old.purpose != new.purpose:
        yield change("V038", after.spot(ref, "purpose"), ref, before=old.purpose, after=new.purpose or "-")


# ------------------------------------------------------------------ cells


def _cells(after: Charted, ref: Ref, old: Dataset, new: Dataset) -> Iterator[Change]:
    for name, field in new.fields.items():
        was = old.fields.get(name)
        if was is None or _left(was) == _left(field):
            continue
        number = "V032" if _left(field) > _left(was) else "V033"
        spot = after.spot(ref, "fields", name)
        yield change(number, spot, ref, name, before=_told(was), after=_told(field))


def _left(field: Field) -> tuple[int, float]:
    """How much of an old value an anonymised cell still tells: nothing, a share of it by chance, a coarse form of it."""
    how = field.strategy
    if how is None:
        return (0, 0.0)
    return (_LEFT[how.word], _fineness(how.by) if _LEFT[how.word] else 0.0)


def _fineness(by: str) -> float:
    """Greater where more can be read: a month before a year, four digits before two, bands of 10 before bands of 100."""
    if by in PERIODS:
        return float(len(PERIODS) - PERIODS.index(by))
    if by == "region":
        return 0.5  # fewer than a first digit tells apart
    number = float(next(part for part in by.split() if part.isdecimal()))
    return 1 / number if by.startswith("bands") else number


def _told(field: Field) -> Both:
    how = field.strategy
    words = _GONE if how is None else _WORDS[how.word]
    by = how.by if how else ""
    return words.fill(by=by)


# ------------------------------------------------------------------ grounds against erasure


def _keeps(after: Charted, ref: Ref, old: tuple[Keep, ...], new: tuple[Keep, ...]) -> Iterator[Change]:
    """A ground that is new, wider or longer; one that is only proposed keeps nothing."""
    was, now = _by_law(old), _by_law(new)
    for law in dict.fromkeys((*was, *now)):
        less, more = was.get(law, ()), now.get(law, ())
        held = {column for keep in less for column in keep.columns}
        holds = {column for keep in more for column in keep.columns}
        longer = less and more and max(map(_length, more)) > max(map(_length, less))
        shorter = less and more and max(map(_length, more)) < max(map(_length, less))
        other = less and more and not (longer or shorter) and _untils(less) != _untils(more)
        wider = sorted(holds if longer or other else holds - held)
        fewer = sorted(held if shorter else held - holds)
        number = new.index(more[0]) if more else 0
        spot = after.spot(ref, "keep", *([str(number)] if more else []))
        if wider and not law.strip():
            yield change("V036", spot, ref, what=names(wider))
        elif wider:
            yield change("V035", spot, ref, what=names(wider), law=cited(law), until=_until(more[0].until))
        if fewer:
            yield change("V037", spot, ref, what=names(fewer), law=cited(law) if law.strip() else "-")


def _by_law(keeps: tuple[Keep, ...]) -> dict[str, tuple[Keep, ...]]:
    found: dict[str, list[Keep]] = {}
    for keep in keeps:
        if keep.active:
            found.setdefault(keep.law, []).append(keep)
    return {law: tuple(ones) for law, ones in found.items()}


def _untils(keeps: tuple[Keep, ...]) -> set[Until | None]:
    return {keep.until for keep in keeps}


def _length(keep: Keep) -> tuple[int, int, int]:
    """By which two ends are compared: none at all is the longest, then years, then a date."""
    until = keep.until
    if until is None:
        return (1, 0, 0)
    return (0, until.years, until.on.toordinal() if until.on else 0)


def _until(until: Until | None) -> Both:
    if until is None:
        return Both("uden ende", "without an end")
    if until.on is not None:
        return Both(f"til og med {until.on.isoformat()}", f"until {until.on.isoformat()}")
    length = Period(years=until.years).spoken()
    return Both(f"{length.da} fra {until.start}", f"{length.en} from {until.start}")
