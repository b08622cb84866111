"""Approval by a second person: one proposes a plan, pinned by its hash, and only somebody else may do it.

Who somebody is, the operating system or TROTH_OPERATOR says: it guards against a slip and a single tired person, and it leaves a
trace in the ledger. It is no wall against whoever may set both names.
"""

from __future__ import annotations

import json
import os
import pwd
import unicodedata
from collections.abc import Mapping
from typing import Any

from troth.datamap.model import DataMap
from troth.ledger import sealed
from troth.planning.plan import Plan
from troth.records.cabinet import kept
from troth.terms.errors import UsageError
from troth.workflows.books import Books, Line, new_name
from troth.workflows.house import House


class ApprovalError(UsageError):
    """Somebody else must propose or approve first; nothing was done."""

    exit_code = 4


def operator(house: House) -> str:
    """Who is at work: TROTH_OPERATOR, else the login name; raises UsageError where neither says."""
    try:
        who = house.settings.operator or pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        who = ""
    if not _plain(who):
        raise UsageError("nobody says who you are", remedy="Set TROTH_OPERATOR to your name.")
    return who


def required(house: House, datamap: DataMap) -> bool:
    """Whether map or settings ask for a second person; neither can take back what the other asks."""
    return "second_person" in (house.settings.approval, datamap.approval)


def record(house: House, plan: Plan) -> None:
    """Enters that the operator proposes this plan; the name is sealed under a key of its own."""
    from django.db import transaction

    who, now, name = operator(house), house.now(), new_name()
    with kept(house.home, begun=False):
        books = Books(house.home, house.settings)
        from troth.planning.models import Proposal

        try:
            with transaction.atomic():
                keys = books.new_keys([name])
                told = json.dumps({"by": who}).encode()
                Proposal.objects.create(
                    tenant=books.tenant, name=name, plan=plan.hash, at=now, sealed=sealed.seal(keys[name], told, b"proposal"),
                )  # fmt: skip
                rows = sum(len(step.rows) for step in plan.steps)
                public = {
                    "steps": len(plan.steps),
                    "rows": rows,
                    "datasets": len({s.ref for s in plan.steps}),
                }
                payload = {"plan": plan.hash, "map": plan.map_hash, "by": who}
                books.enter([Line("plan_proposed", name, payload, public, name)], now, keys)
        finally:
            books.close()


def second(house: House, datamap: DataMap, books: Books, plan: Plan, pinned: str | None) -> Mapping[str, Any]:
    """Who proposed and who approves, for the ledger; {} where nobody need. Raises ApprovalError where that does not do."""
    from troth.planning.models import Proposal

    if not required(house, datamap):
        return {}
    who = operator(house)
    proposed = []
    for row in Proposal.objects.of(books.tenant).filter(plan=plan.hash).order_by("id"):
        told = json.loads(sealed.open_sealed(books.key(row.name), bytes(row.sealed), b"proposal"))
        proposed.append((told["by"], row.at))
    if not proposed:
        raise ApprovalError(
            "a second person must approve, and nobody has proposed this plan; nothing was done",
            remedy="Propose it with --propose; somebody else then does it with --plan HASH --yes.",
        )
    others = [(by, at) for by, at in proposed if not same(by, who)]
    if not others:
        raise ApprovalError(
            "whoever proposed a plan cannot approve it too; nothing was done",
            remedy=f"Somebody else says: troth erase … --plan {plan.hash} --yes",
        )
    if pinned is None:
        raise ApprovalError(
            "a second person approves one plan by its hash; nothing was done",
            remedy=f"Look at it with --dry-run, then say --plan {plan.hash}.",
        )
    by, at = others[0]
    return {"proposed_by": by, "proposed_at": at.isoformat(), "approved_by": who}


def same(one: str, other: str) -> bool:
    """Whether two names are one person's, however they are typed: case, blanks, widths and what cannot be seen do not count."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    shown = "".join(
        c for c in unicodedata.normalize("NFKC", name) if unicodedata.category(c) not in ("Cf", "Cc")
    )
    return unicodedata.normalize("NFKC", " ".join(shown.split()).casefold())
