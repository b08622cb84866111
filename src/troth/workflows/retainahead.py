"""Says before a run what it will not touch, and what earlier erasures left that goes now: counts, nobody's data, nothing changed."""

from __future__ import annotations

from troth.datamap.model import Ref
from troth.ledger import sealed
from troth.planning.freeze import thaw_rows
from troth.workflows.retain import Retention
from troth.workflows.retained import lapsed, still_there
from troth.workflows.sweep import state


def looked_ahead(retention: Retention) -> None:
    """Adds to the scores what holds, laws and other rules keep of what is due, and what a ground kept and keeps no longer."""
    for one in retention.ones:
        score, planner = retention.score(one), retention.planner(one)
        if score.due == 0 or not planner.spares(one):
            continue
        for page in retention.pages(one, planner):
            spared = planner.spared(page)
            score.held += spared.held - page.held
            score.kept += spared.kept
            score.restricted += spared.restricted
        score.overdue = score.due - score.held
    _lapsed(retention)


def _lapsed(retention: Retention) -> None:
    books = state(retention.house)
    if books is None:
        return
    from troth.planning.models import Kept  # our state is open now

    try:
        for row in Kept.objects.of(books.tenant).filter(until__lt=retention.at).order_by("id"):
            ref = Ref(row.system, row.dataset)
            if ref not in retention.estate.datasets:
                continue
            keys = thaw_rows(sealed.open_sealed(books.key(row.run), bytes(row.sealed), b"kept"))
            one = lapsed(ref, row.law, retention)
            planner, score = retention.planner(one), retention.score(one)
            most = retention.house.manners(retention.datamap.systems[ref.system]).keys
            for at in range(0, len(keys), most):
                spared = planner.spared(still_there(planner, one, keys[at : at + most]))
                score.due += len(spared.rows) + spared.held
                score.held += spared.held
                score.kept += spared.kept
                score.restricted += spared.restricted
            score.overdue = score.due - score.held
    finally:
        books.close()
