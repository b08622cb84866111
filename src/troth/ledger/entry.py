"""A leaf says what kind of thing happened, when and to how much, and cannot say to whom.

A leaf outlives every erasure, so it holds no personal value, not even a hash that can be guessed: the payload
is present as a commitment, SHA-256 over 32 random bytes and the payload. Payload and salt are kept elsewhere,
sealed; once they are gone, the commitment tells nothing. What stands in the open is a closed table of counts
and hashes.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import rfc8785

from troth.ledger.lines import read_base64, write_base64
from troth.terms.errors import TamperedError, UsageError

VERSION: Final = 1
SALT_SIZE: Final = 32

Public: TypeAlias = int | str

OUTCOMES: Final = (
    # how a step or a run ended
    frozenset({"complete", "incomplete", "done", "failed", "nothing", "resumed", "skipped", "stopped"})
    # how a question was decided
    | frozenset({"accepted", "deferred", "refused"})
    # what became of the data
    | frozenset({"anonymised", "erased", "isolated", "kept", "masked", "pseudonymised", "restricted"})
)
"""The only words a leaf may carry."""

_SHA256 = re.compile(r"[0-9a-f]{64}")
_OPAQUE = re.compile(
    r"[0-9a-f]{64}|[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-7][0-9A-HJKMNP-TV-Z]{25}"
)
_TENANT = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_LARGEST_COUNT = 2**53 - 1


def _is_hash(value: object) -> bool:
    return isinstance(value, str) and _SHA256.fullmatch(value) is not None


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST_COUNT


def _is_outcome(value: object) -> bool:
    return isinstance(value, str) and value in OUTCOMES


def _is_run(value: object) -> bool:
    """A SHA-256, UUID or ULID, which says nothing; a short row of digits might be a telephone."""
    return isinstance(value, str) and _OPAQUE.fullmatch(value) is not None


def _is_tenant(value: object) -> bool:
    """A name from the settings: one short lower-case word, or several joined by hyphens."""
    return isinstance(value, str) and len(value) <= 63 and _TENANT.fullmatch(value) is not None


PUBLIC: Final[Mapping[str, Callable[[object], bool]]] = MappingProxyType(
    {
        "plan": _is_hash,
        "map": _is_hash,
        "notice": _is_hash,
        "step": _is_count,
        "steps": _is_count,
        "rows": _is_count,
        "datasets": _is_count,
        "outcome": _is_outcome,
        "evidence": _is_hash,
    }
)
"""Every public key there is, and which values it may have: counts, hashes and words of `OUTCOMES`."""

KINDS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "plan_approved": frozenset({"plan", "map", "steps", "rows", "datasets"}),
        "plan_proposed": frozenset({"plan", "map", "steps", "rows", "datasets"}),
        "intent": frozenset({"plan", "step", "rows"}),
        "receipt": frozenset({"plan", "step", "rows", "outcome"}),
        "erasure_completed": frozenset({"plan", "map", "steps", "rows", "datasets", "outcome"}),
        "run_stopped": frozenset({"plan", "step", "outcome"}),
        "tombstone": frozenset(),
        "tombstone_expired": frozenset(),
        "returned": frozenset(),
        "recheck": frozenset({"rows", "outcome"}),
        "backup_replayed": frozenset({"rows", "outcome"}),
        "backup_registered": frozenset({"rows"}),
        "backup_gone": frozenset({"rows"}),
        "final_receipt": frozenset(),
        "final_receipt_withdrawn": frozenset(),
        "restore_drill": frozenset({"outcome"}),
        "canary": frozenset({"outcome"}),
        "hold_placed": frozenset(),
        "hold_confirmed": frozenset(),
        "hold_reviewed": frozenset(),
        "hold_lifted": frozenset({"outcome"}),
        "erasure_postponed": frozenset({"rows"}),
        "retention_begun": frozenset({"plan", "map", "rows", "datasets"}),
        "retention_completed": frozenset({"plan", "map", "rows", "datasets", "outcome"}),
        "notice_published": frozenset({"notice", "rows"}),
        "notice_sent": frozenset({"notice", "rows", "outcome"}),
        "notice_activated": frozenset({"notice"}),
        "question_decided": frozenset({"plan", "map", "outcome"}),
        "evidence_collected": frozenset({"evidence", "steps", "outcome"}),
        "promise_attested": frozenset(),
        "staff_added": frozenset(),
        "staff_removed": frozenset(),
        "staff_duty": frozenset(),
        "job_retried": frozenset(),
        "map_decided": frozenset(),
        **dict.fromkeys(
            (
                f"request_{event}"
                for event in (
                    "opened",
                    "understood",
                    "acknowledged",
                    "doubted",
                    "identity_asked",
                    "identity_shown",
                    "identity_verified",
                    "identity_failed",
                    "agent_confirmed",
                    "searched",
                    "manual_answered",
                    "owners_asked",
                    "extended",
                    "proposed",
                    "plan_moved",
                    "approved",
                    "decided",
                    "acted",
                    "assigned",
                    "noted",
                    "written",
                    "fetched",
                    "offered",
                    "delivered",
                    "retracted",
                    "closed",
                    "viewed",
                    "recipient_told",
                    "forgotten",
                    "forgotten",
                )
            ),
            frozenset({"step"}),
        ),
    }
)
"""Every kind of entry, and which public keys it may carry."""


@dataclass(frozen=True)
class Entry:
    """One leaf: what happened (`kind`), when (`at`), for which `tenant`, in which `run` (None outside one).

    `commitment` binds the payload (see `commit`); `public` holds what anyone may read. UsageError, place and
    all, for anything that is not in `KINDS`, `PUBLIC` or the shape of an id.

    >>> noon = datetime(2026, 5, 25, 12, tzinfo=UTC)
    >>> entry = Entry("intent", noon, "default", None, commit({"row": 7}, bytes(32)), {"step": 3, "rows": 1})
    >>> Entry("intent", noon, "default", None, entry.commitment, {"rows": "alice@example.com"})
    Traceback (most recent call last):
    troth.terms.errors.UsageError: entry.public.rows: a leaf cannot carry this value
    """

    kind: str
    at: datetime
    tenant: str
    run: str | None
    commitment: str
    public: Mapping[str, Public]

    def __post_init__(self) -> None:
        if not isinstance(self.kind, str) or self.kind not in KINDS:
            raise UsageError("no such kind of entry", place="entry.kind")
        if self.at.utcoffset() is None:
            raise UsageError("an instant needs its offset from UTC", place="entry.at")
        _allow(_is_tenant(self.tenant), "tenant")
        _allow(self.run is None or _is_run(self.run), "run")
        _allow(isinstance(self.commitment, str), "commitment")
        read_base64(self.commitment, "entry.commitment", length=hashlib.sha256().digest_size)
        for key, value in self.public.items():
            if key not in KINDS[self.kind]:
                raise UsageError(f"an entry of kind {self.kind} has no such public key", place="entry.public")
            _allow(PUBLIC[key](value), f"public.{key}")
        object.__setattr__(self, "public", MappingProxyType(dict(self.public)))

    def leaf(self) -> bytes:
        """Return the entry in canonical JSON, what the tree hashes. RFC 8785; RFC 3339 for time."""
        return rfc8785.dumps(
            {
                "v": VERSION,
                "kind": self.kind,
                "at": self.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
                "tenant": self.tenant,
                "run": self.run,
                "commitment": self.commitment,
                "public": dict(self.public),
            }
        )


def parse(data: bytes) -> Entry:
    """Return the entry a leaf holds; UsageError for one that is not exactly what `Entry.leaf` writes.

    O(len(data)). RFC 8785.

    >>> noon = datetime(2026, 5, 25, 12, tzinfo=UTC)
    >>> leaf = Entry("tombstone", noon, "default", None, commit({}, bytes(32)), {}).leaf()
    >>> parse(leaf).leaf() == leaf
    True
    >>> parse(leaf + b" ")
    Traceback (most recent call last):
    troth.terms.errors.UsageError: entry: is not the one canonical spelling of an entry
    """
    try:
        found = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        raise UsageError("is not JSON", place="entry") from None
    if not isinstance(found, dict) or not isinstance(found.get("public"), dict):
        raise UsageError("is not an object with a public part", place="entry")
    entry = Entry(
        kind=found.get("kind", ""),
        at=_instant(found.get("at")),
        tenant=found.get("tenant", ""),
        run=found.get("run"),
        commitment=found.get("commitment", ""),
        public=found["public"],
    )
    if entry.leaf() != data:  # another version, a key too many, another order, a second spelling
        raise UsageError("is not the one canonical spelling of an entry", place="entry")
    return entry


def commit(payload: Mapping[str, Any], salt: bytes) -> str:
    """Return base64(SHA-256(salt || canonical JSON of `payload`)); one hash. RFC 8785.

    The salt is 32 fresh random bytes for each payload. UsageError for what JSON cannot spell: numbers beyond
    2**53 (write them as strings), not-a-number, bytes, dates.

    >>> commit({"table": "customer", "keys": ["7"]}, bytes(32))
    'cyZ5wqMTHTuQB6u8wf3clOJGmm3Cg0OZQnYQr4XHc4E='
    """
    assert len(salt) == SALT_SIZE, f"a salt has {SALT_SIZE} bytes: shorter ones can be guessed"
    try:
        spelled = rfc8785.dumps(dict(payload))
    except ValueError as fault:
        raise UsageError(f"cannot be committed to: {_reason(fault)}", place="payload") from None
    return write_base64(hashlib.sha256(salt + spelled).digest())


def verify_opening(commitment: str, payload: Mapping[str, Any], salt: bytes) -> None:
    """Return if `payload` and `salt` are what `commitment` was made from; else TamperedError. One hash."""
    if len(salt) != SALT_SIZE or not hmac.compare_digest(commit(payload, salt).encode(), commitment.encode()):
        raise TamperedError("this payload is not the one the entry committed to")


def _reason(fault: ValueError) -> str:
    """Why canonical JSON refused, without the value itself: errors reach logs and screens."""
    reasons = {
        "IntegerDomainError": "a whole number beyond 2**53; write it as a string",
        "FloatDomainError": "a number that is not finite",
    }
    return reasons.get(type(fault).__name__, "a value that JSON cannot spell")


def _instant(text: object) -> datetime:
    try:
        if isinstance(text, str) and text.endswith("Z"):
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    raise UsageError("is not an instant in UTC", place="entry.at")


def _allow(holds: bool, place: str) -> None:
    """Refuse without quoting: what is refused may be just the personal value that must not leak."""
    if not holds:
        raise UsageError("a leaf cannot carry this value", place=f"entry.{place}")
