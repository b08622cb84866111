"""Guarantees that the bundle an authority asks for first opens with a page that lists all of it, and as plainly what is missing.

A value in, HTML out, Danish and English, with the digest of each file, so that a bundle taken apart can be told from a whole one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from troth.documents import rehearsal_words as say
from troth.documents.markup import (
    FOOT,
    Html,
    both,
    code,
    div,
    either,
    facts,
    h2,
    head,
    join,
    li,
    masthead,
    moment,
    p,
    table,
    tag,
)
from troth.terms.bilingual import Both, number
from troth.terms.errors import UsageError

PARTS: Final = tuple(say.PARTS)
"""What an authority asks first, in the order of the bundle."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of the bundle: which part it belongs to, its name there, SHA-256 in hex, and what is in it now."""

    part: str
    file: str
    digest: str
    size: int
    holds: Both


@dataclass(frozen=True, slots=True)
class Missing:
    """A part, or something in it, that there is not: why, and what to do about it, where that is known."""

    part: str
    why: Both
    remedy: Both | None = None


@dataclass(frozen=True)
class Rehearsal:
    """The bundle as its first page tells it: `checkpoint` is the ledger's as it stood then, '' where it has none."""

    company: str
    at: datetime
    checkpoint: str
    pieces: tuple[Piece, ...]
    missing: tuple[Missing, ...]
    sums: Sequence[tuple[Both, int]] = ()  # counts an officer looks at first


def cover(bundle: Rehearsal) -> str:
    """The first page; raises UsageError where a part is neither there nor said to be missing, or there is no such part."""
    _refuse_gaps(bundle)
    parts = (
        head(f"{say.TITLE.da} · {say.TITLE.en}", wide=True),
        masthead(say.ABOVE.fill(company=bundle.company), say.TITLE),
        p(both(say.LEAD), class_="lead"),
        _missing(bundle.missing),
        facts(_known(bundle)),
        _sums(bundle),
        *(_part(bundle, name) for name in PARTS),
        _checkpoint(bundle.checkpoint),
        p(both(say.NO_PERSON), class_="foot"),
    )
    return join((*parts, FOOT), "\n")


def _checkpoint(text: str) -> Html:
    shown = (p(both(say.CHECKPOINT_TEXT)), tag("pre", code(text))) if text else (p(both(say.NO_CHECKPOINT)),)
    return join((h2(both(say.CHECKPOINT)), *shown, p(both(say.SIGNED))))


def _refuse_gaps(bundle: Rehearsal) -> None:
    told = {one.part for one in bundle.pieces} | {one.part for one in bundle.missing}
    if unknown := sorted(told - set(PARTS)):
        raise UsageError(
            "the bundle has no such part", place=unknown[0], remedy=f"Known: {', '.join(PARTS)}."
        )
    if silent := [name for name in PARTS if name not in told]:
        raise UsageError(
            "a part of the bundle is neither there nor said to be missing",
            place=silent[0],
            remedy="Put a file in, or say why there is none.",
        )


def _missing(missing: Sequence[Missing]) -> Html:
    """What is not there comes before what is: an authority finds it anyway."""
    if not missing:
        return p(both(say.NOTHING_MISSING))
    told = (
        li(tag("strong", both(say.PARTS[one.part].name)), ": ", both(one.why), *_remedy(one))
        for one in missing
    )
    return div(h2(both(say.MISSING)), tag("ul", *told), class_="open")


def _known(bundle: Rehearsal) -> tuple[tuple[str, str], ...]:
    at = tag(
        "time", both(Both(moment(bundle.at, "da"), moment(bundle.at, "en"))), datetime=bundle.at.isoformat()
    )
    return ((both(say.MADE), at), (both(say.COMPANY), bundle.company))


def _remedy(missing: Missing) -> tuple[str, ...]:
    return (" ", both(missing.remedy)) if missing.remedy else ()


def _sums(bundle: Rehearsal) -> Html:
    counted = (
        div(tag("dt", both(name)), tag("dd", both(Both(number(count, "da"), number(count, "en")))))
        for name, count in bundle.sums
    )
    return tag("dl", *counted, class_="sums") if bundle.sums else Html()


def _part(bundle: Rehearsal, name: str) -> Html:
    words = say.PARTS[name]
    pieces = [one for one in bundle.pieces if one.part == name]
    missing = [one for one in bundle.missing if one.part == name]
    shown: list[str] = [h2(both(words.name)), p(both(words.asks), class_="soft")]
    if pieces:
        columns = (either(say.FILE), either(say.HOLDS), either(say.DIGEST))
        rows = ((tag("a", one.file, href=one.file), both(one.holds), code(one.digest)) for one in pieces)
        shown.append(table(both(words.name), columns, rows, quiet=True))
    shown += [p(both(say.NOT_HERE), " ", both(one.why)) for one in missing]
    return tag("section", *shown, data_part=name)


def as_json(bundle: Rehearsal) -> Mapping[str, object]:
    """The same list for machines: what `index.json` of the bundle holds."""
    return {
        "format": "troth-rehearsal/1",
        "company": bundle.company,
        "made": bundle.at.isoformat(),
        "checkpoint": bundle.checkpoint,
        "files": [
            {"part": one.part, "file": one.file, "sha256": one.digest, "size": one.size}
            for one in bundle.pieces
        ],
        "missing": [{"part": one.part, "why": one.why._asdict()} for one in bundle.missing],
    }
