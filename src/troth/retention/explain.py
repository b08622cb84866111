"""Why something is still here, and until when: column by column, each rule, agreement, law and ground that holds it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from troth.datamap.model import Keep, Ref
from troth.law.rules import cited, has_lapsed
from troth.planning.estate import Estate
from troth.planning.lapse import last_day
from troth.retention.effective import Effective


@dataclass(frozen=True, slots=True)
class Because:
    """One answer for some columns of a row. `state`: running, due, open, unreadable, held, done, kept, lapsed, none.

    Who can look further adds refused (no run takes it), barred (a legal hold) and restricted (since an erasure).
    """

    columns: tuple[str, ...]
    state: str
    rule: str = ""
    event: str = ""
    since: date | None = None
    until: date | None = None
    reason: str = ""
    law: str = ""
    agreement: str = ""
    outcome: str = ""


def explain(
    estate: Estate,
    ref: Ref,
    ones: Iterable[Effective],
    row: Mapping[str, object],
    clocks: Mapping[str, object],
    at: date,
) -> Iterator[Because]:
    """Every answer for a row: its own cells in `row`, and by rule's name the cell of a clock (`RULE`, `RULE active`)."""
    dataset = estate.datasets[ref]
    told = set()
    for one in ones:
        if one.ref == ref and (whose := one.whose(row, dataset.tenant)) != "others":
            columns = one.columns or estate.personal(ref)
            told |= set(columns)
            yield _of(one, estate, columns, clocks, whose == "uninstructed", at, row)
    for keep in dataset.keep:
        if keep.active:
            yield _kept(keep, row, at)
    rest = tuple(name for name in estate.personal(ref) if name not in told)
    if rest:
        yield Because(rest, "none")


def _of(
    one: Effective, estate: Estate, columns: tuple[str, ...], clocks: Mapping[str, object], uninstructed: bool,
    at: date, row: Mapping[str, object],
) -> Because:  # fmt: skip
    cell = clocks.get(one.rule.name)
    day = one.day(estate, cell)
    until = one.period.last_day(day) if day is not None else None
    customer = str(row.get(estate.datasets[one.ref].tenant or "", ""))
    agreement = (one.only or {}).get(customer, "")
    if cell is None:
        state = "open"
    elif until is None:
        state = "unreadable"
    elif not has_lapsed(until, at):
        state = "running"
    elif uninstructed or (one.active is not None and clocks.get(f"{one.rule.name} active") is None):
        state = "held"
    else:
        state = "due"
    return Because(
        columns, state, one.rule.name, one.rule.event, day, until, one.rule.reason,
        one.law.citation if one.law else "", agreement, one.rule.outcome,
    )  # fmt: skip


def _kept(keep: Keep, row: Mapping[str, object], at: date) -> Because:
    until = last_day(keep, row)
    state = "lapsed" if until is not None and has_lapsed(until, at) else "kept"
    return Because(keep.columns, state, until=until, reason=keep.reason, law=cited(keep.law))
