"""Searches on a replica and does everything else on the primary, with the same answer as if all had been asked there.

Before the first question the replica must have replayed all that the primary had written by then; otherwise nothing is asked.
So it shows every row that a search begun on the primary at that moment would show. Rows written later are missed by both, and
are what rechecks are for. Keys and witnesses are read on the primary again, and so is the sweep after an erasure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol, cast, runtime_checkable

from troth.datamap.reader import Block, Bounds, ByIdentifiers, Row, Sample, Select
from troth.datamap.schema import Schema
from troth.evidence.facts import Guarded, Isolation, Protection, Reach, Readable
from troth.planning.executor import REWRITTEN, Absence, Hand
from troth.planning.filed import Filed
from troth.planning.plan import Batch, Step
from troth.stores import Opened
from troth.terms.errors import StoreUnreachableError

PATIENCE = 30.0
"""Seconds that a replica may need to catch up; one that is further behind is no place to look for people."""


@runtime_checkable
class Replicated(Protocol):
    """What a store offers whose replicas can be trusted to have caught up."""

    def position(self) -> tuple[str, str]:
        """(which cluster and database this is, how far it has written)."""

    def behind(self, position: tuple[str, str], seconds: float) -> str:
        """Waits until a replica has come so far; why it is no such replica, or "" once it has."""


class Routed:
    """An open store whose searches go to its replica."""

    def __init__(self, primary: Opened, replica: Opened) -> None:
        self.system = primary.system
        self._primary, self._replica = primary, replica
        if not isinstance(primary, Replicated) or not isinstance(replica, Replicated):
            raise self._refused("this kind of store has no replica that we can tell to have caught up")
        if why := cast(Replicated, replica).behind(cast(Replicated, primary).position(), PATIENCE):
            raise self._refused(why)

    def _refused(self, why: str) -> StoreUnreachableError:
        return StoreUnreachableError(
            f"the replica cannot be searched: {why}",
            place=self.system,
            remedy="Nothing was done. Let it catch up, or take `read` out of the map (and TROTH_READ_URL_… away).",
        )

    # -- on the replica -----------------------------------------------------------------------------------------------

    def rows(self, select: Select) -> Iterator[Sequence[Row]]:
        searching = isinstance(select.where, ByIdentifiers)
        return (self._replica if searching else self._primary).rows(select)

    def blocks(self, dataset: str) -> Iterator[Block]:
        return self._replica.blocks(dataset)

    # -- on the primary -----------------------------------------------------------------------------------------------

    def sample(self, dataset: str, bounds: Bounds) -> Sample:
        return self._primary.sample(dataset, bounds)

    def reflect(self) -> Schema:
        return self._primary.reflect()

    def sizes(self) -> Mapping[str, int]:
        return self._primary.sizes()

    def render(self, step: Step) -> list[str]:
        return self._primary.render(step)

    def refused(self, step: Step) -> tuple[str, ...]:
        return self._primary.refused(step)

    def lacking(self, steps: Sequence[Step]) -> tuple[str, ...]:
        return self._primary.lacking(steps)

    def execute(self, batch: Batch, hand: Hand) -> None:
        self._primary.execute(batch, hand)

    def settle(self, datasets: Sequence[str], most: int = REWRITTEN) -> Absence:
        return self._primary.settle(datasets, most)

    def files(self) -> Filed:
        return self._primary.files()

    def protection(self) -> Protection:
        return cast(Guarded, self._primary).protection()

    def reach(self, role: str, forbidden: Sequence[Readable]) -> Reach:
        return cast(Guarded, self._primary).reach(role, forbidden)

    def isolation(self, role: str, tenants: Mapping[str, str]) -> Isolation:
        return cast(Guarded, self._primary).isolation(role, tenants)

    # -- on both ------------------------------------------------------------------------------------------------------

    def statements(self) -> int:
        return self._primary.statements() + self._replica.statements()

    def close(self) -> None:
        self._primary.close()
        self._replica.close()
