"""Tries what must be refused on the real stores, read-only: the erasure of a customer's people is planned without the customer's word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from troth.datamap.model import DataMap, Key, Ref
from troth.datamap.reader import Bounds
from troth.evidence.facts import Uninstructed
from troth.planning.plan import Plan
from troth.planning.sought import Sought
from troth.stores import Opened
from troth.terms.errors import StoreUnreachableError, UsageError
from troth.workflows.erase import Request, inquire
from troth.workflows.house import House

INSTRUCTION = "plan.Q002"
_LOOKED_AT = 20  # rows of a dataset among which one of a customer's is looked for
_WRITES = ("erase", "anonymise", "unlink")


def uninstructed(house: House, datamap: DataMap, stores: Mapping[str, Opened]) -> Uninstructed:
    """One person of each dataset of people whose rows a customer controls; nothing is done, and nobody is told who it was."""
    controlled = {ref: one.tenant for ref, one in sorted(datamap.datasets.items()) if one.tenant}
    tried, passed = 0, []
    for ref, tenant in controlled.items():
        node = _somebody(datamap, stores, ref, str(tenant))
        if node is None:
            continue
        tried += 1
        request = replace(Request(()), identifiers=[Sought(",".join(map(str, node[1])), str(ref), node)])
        try:
            inquiry = inquire(house, stores, request, acting=True)
            plan = inquiry.plan(inquiry.who(request.identifiers))
        except StoreUnreachableError:
            raise
        except UsageError:  # its own words may name the row
            raise UsageError(
                "an erasure without instruction cannot be planned here", place=str(ref)
            ) from None
        if _touches(plan, ref) and not any(one.id == INSTRUCTION for one in plan.blocked):
            passed.append(str(ref))
    return Uninstructed(tuple(map(str, controlled)), tried, tuple(passed))


def _somebody(
    datamap: DataMap, stores: Mapping[str, Opened], ref: Ref, tenant: str
) -> tuple[Ref, Key] | None:
    """A row of people that a customer controls; None where there is none among those looked at."""
    dataset = datamap.datasets[ref]
    if not dataset.subject or not dataset.key:
        return None
    sample = stores[ref.system].sample(ref.dataset, Bounds(rows=_LOOKED_AT))
    if not {tenant, *dataset.key} <= set(sample.columns):
        return None
    at, key = sample.columns.index(tenant), [sample.columns.index(name) for name in dataset.key]
    nobody = tuple((dataset.nobody or {}).get(name) for name in dataset.key)
    for row in sample.rows:
        found = tuple(row[place] for place in key)
        if row[at] is not None and found != nobody:
            return ref, found
    return None


def _touches(plan: Plan, ref: Ref) -> bool:
    return any(step.ref == ref and step.rows and step.action in _WRITES for step in plan.steps)
