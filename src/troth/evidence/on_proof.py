"""Checks of what was erased and of the proof of it: nobody erased stands there again, the ledger holds, no number lies about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from troth.evidence.check import Answer, Check, Control, Promise, fails, holds, unknown
from troth.evidence.facts import Traces, World
from troth.evidence.on_map import DAY, WEEK, first
from troth.evidence.spans import span
from troth.terms.bilingual import Both

MONTH: Final = timedelta(days=31)


def _searched(traces: Traces, found: Mapping[str, int], da: str, en: str, **facts: int) -> Answer:
    """What a search of all stores says; one that cannot find what was put before it says nothing."""
    if not traces.found_planted:
        return fails(
            "søgningen finder ikke det, der lægges foran den",
            "the search does not find what is put before it",
        )
    rows = sum(found.values())
    if rows:
        return fails(f"{da}: {rows} i {first(found)}", f"{en}: {rows} in {first(found)}", found=rows, **facts)
    unread = f" ({len(traces.unread)} ikke læst)" if traces.unread else ""
    not_read = f" ({len(traces.unread)} not read)" if traces.unread else ""
    return holds(f"ingen{unread}", f"none{not_read}", found=0, unread=len(traces.unread), **facts)


def erased(world: World, promise: Promise, control: Control) -> Answer:
    """Whether anybody who was erased stands in a store."""
    traces = world.traces
    return _searched(
        traces,
        traces.erased,
        "slettede personer kan ses",
        "erased people can be seen",
        watched=traces.watched,
        doubted=traces.doubted,
    )


def completed(world: World, promise: Promise, control: Control) -> Answer:
    """Whether the last erasure came to its end with nothing left."""
    last = world.book.last.get("erasure_completed") if world.book is not None else None
    if last is None:
        return holds("ingen sletning er gjort endnu", "no erasure was done yet", erasures=0)
    outcome = str(last.public.get("outcome"))
    if outcome not in ("complete", "done", "erased", "resumed"):
        return fails(
            f"sidste sletning endte {outcome}", f"the last erasure ended {outcome}", last=last.at.isoformat()
        )
    return holds(
        f"sidste sletning {last.at:%Y-%m-%d} blev færdig", f"the last erasure, {last.at:%Y-%m-%d}, came to its end",
        last=last.at.isoformat(),
    )  # fmt: skip


def planted(*counts: str) -> Callable[[World, Promise, Control], Answer]:
    """A check of the last invented person who went through clones: none of these counts, and not too long ago."""

    def ask(world: World, promise: Promise, control: Control) -> Answer:
        last = world.trials.canary
        if last is None:
            return unknown(
                "ingen opfundet person er sendt igennem endnu: troth canary",
                "no invented person went through yet: troth canary",
            )
        found = {name: last.counts.get(name, 0) for name in counts}
        if (counts and any(found.values())) or (not counts and not last.passed):
            told = ", ".join(f"{name} {count}" for name, count in found.items() if count) or last.verdict
            return fails(
                f"{last.at:%Y-%m-%d}: {told}", f"{last.at:%Y-%m-%d}: {told}", at=last.at.isoformat(), **found
            )
        days = (world.at - last.at).days
        if (
            last.verdict == "undecided"
            or last.at > world.at
            or world.at - last.at > span(control.deadline, MONTH)
        ):
            return unknown(
                f"den seneste opfundne person er {days} dage gammel: troth canary",
                f"the last invented person was {days} days ago: troth canary",
                days=days,
            )
        missed = sorted(world.map.systems.keys() - set(last.systems))
        if missed:
            return unknown(
                f"ikke prøvet i {first(missed)}", f"not tried in {first(missed)}", missed=len(missed)
            )
        return holds(
            f"plantet, fundet, slettet og væk {last.at:%Y-%m-%d}", f"planted, found, erased and gone on {last.at:%Y-%m-%d}",
            at=last.at.isoformat(), planted=last.counts.get("planted_rows", 0),
        )  # fmt: skip

    return ask


def cards(world: World, promise: Promise, control: Control) -> Answer:
    """Whether a full payment card number stands in any text of any store."""
    traces = world.traces
    named = [str(one) for one in control.parameters.get("datasets") or ()]
    if gone := [one for one in named if one not in {str(ref) for ref in world.map.datasets}]:
        return fails(
            f"står ikke på kortet: {first(gone)}", f"is not on the map: {first(gone)}", gone=len(gone)
        )
    found = {
        place: rows
        for place, rows in traces.cards.items()
        if not named or any(place.startswith(f"{one}.") for one in named)
    }
    return _searched(traces, found, "hele kortnumre", "full card numbers")


def ids(world: World, promise: Promise, control: Control) -> Answer:
    """Whether a civil registration number stands where the map expects none."""
    expected = {
        f"{ref}.{name}"
        for ref, dataset in world.map.datasets.items()
        for name in dataset.columns_of("national_id")
    }
    found = {place: rows for place, rows in world.traces.ids.items() if place not in expected}
    return _searched(
        world.traces, found, "personnumre uden for deres kolonner", "civil numbers outside their columns"
    )


def ledger_holds(world: World, promise: Promise, control: Control) -> Answer:
    """Whether every entry, checkpoint and stored hash of the ledger holds, and its second copy agrees."""
    book = world.book
    if book is None:
        return unknown("der er ingen log endnu", "there is no ledger yet")
    if book.fault:
        return fails(f"loggen holder ikke: {book.fault}", f"the ledger does not hold: {book.fault}")
    if not book.checkpoints:
        return unknown("loggen har intet underskrevet endnu", "nothing in the ledger is signed yet")
    return holds(
        f"{book.entries} poster under {book.checkpoints} underskrifter",
        f"{book.entries} entries under {book.checkpoints} signatures",
        entries=book.entries, checkpoints=book.checkpoints, second_copy=book.second,
    )  # fmt: skip


def forged(world: World, promise: Promise, control: Control) -> Answer:
    """Whether a changed, a missing and a doubled entry each give the tree another root."""
    from troth.ledger import tlog

    leaves = [b"entry %d" % at for at in range(7)]

    def root(those: list[bytes]) -> bytes:
        held: dict[int, bytes] = {}

        class Memory:
            def read(self, indexes: object) -> list[bytes]:
                assert isinstance(indexes, list | tuple)
                return [held[at] for at in indexes]

        held.update(tlog.append_many(0, those, Memory()))
        return tlog.tree_hash(len(those), Memory())

    true = root(leaves)
    forgeries = {
        "change": [*leaves[:3], b"entry X", *leaves[4:]],
        "loss": leaves[:3] + leaves[4:],
        "repeat": [*leaves[:3], leaves[2], *leaves[3:]],
    }
    unseen = [what for what, those in forgeries.items() if root(those) == true]
    if unseen or root(list(leaves)) != true:
        return fails(f"en forfalskning ses ikke: {first(unseen)}", f"a forgery is not seen: {first(unseen)}")
    return holds(
        "ændrede, manglende og gentagne poster ses",
        "changed, missing and repeated entries are seen",
        tried=len(forgeries),
    )


CHECKS: Final = (
    Check("erase.nobody-back", "erase", "live", "negative", DAY,
          Both("Alle lagre læses igennem for alle, der er slettet; ingen af dem må ses.",
               "All stores are read for everybody who was erased; none of them may be seen."), erased),
    Check("erase.completed", "erase", "event", "positive", DAY,
          Both("Loggens sidste sletning kom til sin ende.",
               "The last erasure in the ledger came to its end."), completed),
    Check("erase.planted", "erase", "event", "positive", DAY,
          Both("En opfundet person plantes i kloner, slettes af den rigtige maskine og må intet efterlade.",
               "An invented person is planted in clones, erased by the real engine, and must leave nothing."), planted("left")),
    Check("find.planted", "find", "event", "positive", DAY,
          Both("En opfundet person plantes i kloner i hvert datasæt og skal findes.",
               "An invented person is planted in clones, in every dataset, and must be found."), planted("not_found")),
    Check("export.planted", "export", "event", "positive", DAY,
          Both("En opfundet person plantes i kloner; alt, hvad der er plantet, skal findes.",
               "An invented person is planted in clones; all that was planted must be found."), planted("not_found")),
    Check("never-there.proved", "never-there", "event", "negative", DAY,
          Both("En klon, der mødte en opfundet person, sammenlignes med sin tvilling, der aldrig gjorde.",
               "A clone that met an invented person is compared with its twin that never did."), planted()),
    Check("card-numbers.none", "card-numbers", "live", "negative", DAY,
          Both("Hver tekst i hvert lager læses for hele kortnumre (Luhn).",
               "Every text of every store is read for full card numbers (Luhn)."), cards),
    Check("national-ids.none", "national-ids", "live", "negative", DAY,
          Both("Hver tekst i hvert lager læses for personnumre uden for deres kolonner.",
               "Every text of every store is read for civil registration numbers outside their columns."), ids),
    Check("ledger.verifies", "ledger", "event", "positive", DAY,
          Both("Hele træet regnes efter mod hver underskrift og mod den anden kopi.",
               "The whole tree is computed again, against every signature and the second copy."), ledger_holds),
    Check("ledger.forgery", "ledger", "event", "negative", WEEK,
          Both("En ændret, en manglende og en gentaget post forsøges og skal ses.",
               "A changed, a missing and a repeated entry are attempted, and must be seen."), forged),
)  # fmt: skip
