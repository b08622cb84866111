"""A leaf has one spelling and no room for a person."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from troth.ledger.entry import KINDS, OUTCOMES, PUBLIC, Entry, commit, parse, verify_opening
from troth.terms.errors import TamperedError, UsageError

NOON = datetime(2026, 5, 25, 12, tzinfo=UTC)
SALT = bytes(range(32))
COMMITMENT = commit({"dataset": "customer", "keys": ["7"]}, SALT)
PLAN = "5d" * 32
RUN = "3f2b8c1e-0000-4000-8000-000000000001"
RECEIPT = Entry(
    "receipt", NOON, "default", RUN, COMMITMENT, {"plan": PLAN, "step": 3, "rows": 2, "outcome": "erased"}
)

values = {
    **dict.fromkeys(
        ("plan", "map", "notice", "evidence"), st.binary(min_size=32, max_size=32).map(bytes.hex)
    ),
    **dict.fromkeys(("step", "steps", "rows", "datasets"), st.integers(0, 2**53 - 1)),
    "outcome": st.sampled_from(sorted(OUTCOMES)),
}


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    kind = draw(st.sampled_from(sorted(KINDS)))
    public = {key: draw(values[key]) for key in sorted(KINDS[kind]) if draw(st.booleans())}
    at = draw(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
    run = draw(st.one_of(st.none(), st.uuids().map(str)))
    return Entry(
        kind, at, draw(st.from_regex(r"[a-z]{1,9}(-[a-z0-9]{1,9})?", fullmatch=True)), run, COMMITMENT, public
    )


def test_the_leaf_is_canonical_json_and_this_exactly() -> None:
    assert RECEIPT.leaf().decode() == (
        '{"at":"2026-05-25T12:00:00Z","commitment":"' + COMMITMENT + '","kind":"receipt",'
        '"public":{"outcome":"erased","plan":"' + PLAN + '","rows":2,"step":3},'
        '"run":"' + RUN + '","tenant":"default","v":1}'
    )


@given(entries())
@settings(max_examples=60, deadline=None)
def test_every_entry_comes_back_as_it_was_written(entry: Entry) -> None:
    assert parse(entry.leaf()) == entry


def test_an_instant_is_written_in_utc() -> None:
    elsewhere = dataclasses.replace(RECEIPT, at=NOON.astimezone(timezone(timedelta(hours=2))))
    assert elsewhere.leaf() == RECEIPT.leaf()
    with pytest.raises(UsageError):
        dataclasses.replace(RECEIPT, at=NOON.replace(tzinfo=None))


def test_every_public_key_has_a_check_and_a_kind() -> None:
    assert set().union(*KINDS.values()) == set(PUBLIC) == set(values)


PERSONAL = [
    "alice@example.com", "Alice", "alice", "alice-andersen", "0101701234", "010170-1234", "+4512345678",
    "12345678", "2026-05-25", "192.0.2.7", "Erased", "", " ", "done ", "d" * 63, "D" * 64, "g" * 64,
    PLAN + "\n",
]  # fmt: skip


@pytest.mark.parametrize("key", sorted(PUBLIC))
def test_no_words_but_ours_fit_a_public_key(key: str) -> None:
    kind = next(kind for kind in KINDS if key in KINDS[kind])
    for value in [*PERSONAL, None, True, -1, 1.0, 2**53, [], {}, b""]:
        with pytest.raises(UsageError) as refused:
            Entry(kind, NOON, "default", None, COMMITMENT, {key: value})  # type: ignore[dict-item]
        assert refused.value.place == f"entry.public.{key}"


@given(st.text().filter(lambda text: text not in OUTCOMES))
@settings(max_examples=60, deadline=None)
def test_no_text_fits_a_public_key(text: str) -> None:
    for kind, keys in KINDS.items():
        for key in keys:
            with pytest.raises(UsageError):
                Entry(kind, NOON, "default", None, COMMITMENT, {key: text})


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "zq-canary"},
        {"run": "zq-canary"},
        {"tenant": "zq-canary@"},
        {"commitment": "zq-canary"},
        {"public": {"zq-canary": 1}},
        {"public": {"rows": "zq-canary"}},
    ],
)
def test_what_is_refused_is_not_quoted_where_a_log_would_keep_it(changes: Any) -> None:
    with pytest.raises(UsageError) as refused:
        dataclasses.replace(RECEIPT, **changes)
    assert "zq-canary" not in str(refused.value)


@pytest.mark.parametrize("value", sorted(set(PERSONAL) - {""}))
def test_no_personal_value_fits_a_run_or_another_field(value: str) -> None:
    for field in ("kind", "run", "commitment"):
        with pytest.raises(UsageError):
            dataclasses.replace(RECEIPT, **{field: value})
    with pytest.raises(UsageError):
        dataclasses.replace(RECEIPT, public={value: 1})


@pytest.mark.parametrize(
    "tenant", ["", "Alice", "alice@example.com", "-a", "a--b", "1a", "a b", "å", "a" * 64, 7, None]
)
def test_a_tenant_is_a_short_lower_case_name(tenant: Any) -> None:
    with pytest.raises(UsageError, match=r"entry\.tenant"):
        dataclasses.replace(RECEIPT, tenant=tenant)


@pytest.mark.parametrize("run", [RUN, RUN.replace("-", ""), PLAN, "01J9Z3NDEKTSV4RRFFQ69G5FAV", None])
def test_a_run_is_an_opaque_id(run: str | None) -> None:
    assert dataclasses.replace(RECEIPT, run=run).run == run


def test_a_kind_carries_its_own_keys_only() -> None:
    with pytest.raises(UsageError):
        dataclasses.replace(RECEIPT, kind="tombstone")


def test_an_entry_cannot_be_changed_after_it_was_checked() -> None:
    public = {"rows": 2}
    entry = dataclasses.replace(RECEIPT, public=public)
    public["rows"] = -1
    assert entry.public == {"rows": 2}
    with pytest.raises(TypeError):
        entry.public["rows"] = -1  # type: ignore[index]


def respelled(**changes: Any) -> bytes:
    found = {**json.loads(RECEIPT.leaf()), **changes}
    return json.dumps(
        {key: value for key, value in found.items() if value is not ...}, separators=(",", ":")
    ).encode()


@pytest.mark.parametrize(
    "leaf",
    [
        b"", b"{}", b"[]", b"null", b"\xff", b"[" * 100_000, RECEIPT.leaf()[:-1], RECEIPT.leaf() + b"\n",
        RECEIPT.leaf().replace(b'"rows":2', b'"rows":2.0'),
        RECEIPT.leaf().replace(b'"rows":2', b'"rows":2,"rows":2'),
        RECEIPT.leaf().replace(b"receipt", b"rece\\u0069pt"),
        respelled(v=2), respelled(v=True), respelled(v=...), respelled(run=...), respelled(public=...),
        respelled(name="x"), respelled(kind="greeting"), respelled(kind=[]), respelled(public=[]),
        respelled(run=7),
        respelled(at="2026-05-25T12:00:00+00:00"), respelled(at="2026-05-25T12:00:00"),
        respelled(at="2026-05-25Z"),
        respelled(at="0001-01-01T00:00:00+09:00"), respelled(at="2026-02-30T12:00:00Z"), respelled(at=7),
        respelled(commitment="AA=="), respelled(commitment=7), respelled(commitment=COMMITMENT[:-1]),
    ],
)  # fmt: skip
def test_no_other_bytes_are_an_entry(leaf: bytes) -> None:
    with pytest.raises(UsageError) as refused:
        parse(leaf)
    assert refused.value.place.startswith("entry")


payloads = st.dictionaries(
    st.text(max_size=5),
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(-(2**53) + 1, 2**53 - 1), st.text(max_size=9)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)
        ),
        max_leaves=5,
    ),
    max_size=4,
)


@given(payload=payloads, salt=st.binary(min_size=32, max_size=32), data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_commitment_opens_with_its_payload_and_salt_only(
    payload: Any, salt: bytes, data: st.DataObject
) -> None:
    commitment = commit(payload, salt)
    verify_opening(commitment, dict(reversed(payload.items())), salt)
    at = data.draw(st.integers(0, 31))
    for wrong in (
        lambda: verify_opening(commitment, payload, salt[:at] + bytes([salt[at] ^ 1]) + salt[at + 1 :]),
        lambda: verify_opening(commitment, {**payload, "one more": 1}, salt),
        lambda: verify_opening(commitment, payload, salt + b"{"),
        lambda: verify_opening(commitment[:-2] + "A=", payload, salt[::-1] + salt),
    ):
        with pytest.raises(TamperedError):
            wrong()


@pytest.mark.parametrize(
    "value", [2**53, float("nan"), b"alice", NOON, {1: "alice"}, "\ud800", {"\ud800": 1}]
)
def test_what_json_cannot_spell_is_not_committed_to_and_not_quoted(value: Any) -> None:
    with pytest.raises(UsageError) as refused:
        commit({"key": value}, SALT)
    assert refused.value.place == "payload"
    assert "alice" not in str(refused.value)
