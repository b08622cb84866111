"""Listings of backup programs are read as they are written, and one that is cut off or of another kind is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from troth.retention.listings import encryption, matching, parsed
from troth.terms.errors import UsageError

PGBACKREST = [{
    "name": "crm", "cipher": "mixed",
    "repo": [{"key": 1, "cipher": "aes-256-cbc"}, {"key": 2, "cipher": "none"}, {"key": 3}],
    "backup": [
        {"label": "20261122-030001F", "timestamp": {"start": 1795316401, "stop": 1795320000}, "database": {"id": 1, "repo-key": 1}},
        {"label": "20261122-030001F_20261123-030001I", "timestamp": {"start": 1795402801, "stop": 1795402900},
         "database": {"id": 1, "repo-key": 2}},
        {"label": "20261120-030001F", "timestamp": {"start": 1795143601, "stop": 1795147200}, "database": {"id": 1, "repo-key": 3}},
    ],
}]  # fmt: skip
RESTIC = [
    {"time": "2026-11-22T03:00:01.123456789+01:00", "paths": ["/dumps"], "hostname": "vault1", "id": "a" * 64, "short_id": "aaaaaaaa"},
    {"time": "2026-11-23T03:00:01Z", "paths": ["/dumps"], "hostname": "vault1", "id": "b" * 64},
]  # fmt: skip
S3 = {"Name": "vault", "Contents": [
    {"Key": "crm/2026-11-22.age", "LastModified": "2026-11-22T03:10:00+00:00", "Size": 12, "StorageClass": "STANDARD"},
    {"Key": "crm/", "LastModified": "2026-01-01T00:00:00.000Z", "Size": 0},
    {"Key": "billing/2026-11-22.age", "LastModified": "2026-11-22T04:10:00.000Z", "Size": 12},
]}  # fmt: skip


def test_pgbackrest_says_when_it_began_and_which_repository_is_encrypted() -> None:
    full, more, odd = parsed("pgbackrest", json.dumps(PGBACKREST))
    assert full.name == "crm/20261122-030001F"
    assert full.at == datetime.fromtimestamp(1795316401, UTC)
    assert full.exact
    assert (full.encrypted, more.encrypted, odd.encrypted) == ("aes-256-cbc", "no", "")


def test_a_repository_that_was_reached_and_is_empty_is_fine() -> None:
    stanza = {**PGBACKREST[0], "status": {"code": 4}}
    stanza["repo"] = [{"key": 1, "cipher": "none", "status": {"code": 0}}, {"key": 2, "status": {"code": 2}}]
    assert len(parsed("pgbackrest", json.dumps([stanza]))) == 3


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("2026-10-25T02:30:00+02:00", "2026-10-25T00:30:00Z"),  # the hour that comes twice
        ("2026-10-25T02:30:00+01:00", "2026-10-25T01:30:00Z"),
        ("2026-03-01T00:30:00+14:00", "2026-02-28T10:30:00Z"),
        ("2026-03-01T00:30:00.5-11:30", "2026-03-01T12:00:00.500Z"),
    ],
)
def test_a_moment_is_read_with_its_offset(told: str, meant: str) -> None:
    (one,) = parsed("restic", json.dumps([{"time": told, "id": "x"}]))
    assert one.at == datetime.fromisoformat(meant)


def test_restic_is_encrypted_and_its_fractions_are_read() -> None:
    first, second = parsed("restic", json.dumps(RESTIC))
    assert first.at == datetime(2026, 11, 22, 2, 0, 1, 123456, tzinfo=UTC)
    assert second.at == datetime(2026, 11, 23, 3, 0, 1, tzinfo=UTC)
    assert first.encrypted.startswith("restic")
    assert not first.exact


def test_s3_is_a_list_of_objects_and_says_nothing_of_encryption() -> None:
    found = parsed("s3", json.dumps(S3))
    assert [one.name for one in found] == ["crm/2026-11-22.age", "billing/2026-11-22.age"]
    assert {one.encrypted for one in found} == {""}
    assert {one.place for one in found} == {"s3://vault"}
    assert [one.name for one in matching(found, "crm/*")] == ["crm/2026-11-22.age"]
    assert parsed("s3", "{}") == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("s3", json.dumps({**S3, "IsTruncated": True})),
        ("s3", json.dumps({**S3, "NextToken": "x"})),
        ("s3", "[]"),
        ("s3", json.dumps({"Contents": [{"Key": "a"}]})),
        ("restic", '[{"time": "2026-11-22T03:00:00", "id": "x"}]'),
        ("restic", '{"time": 1}'),
        ("restic", '[{"time": "yesterday", "id": "x"}]'),
        ("restic", json.dumps([*RESTIC, RESTIC[0]])),
        ("restic", "no json alma@example.dk"),
        ("pgbackrest", '[{"name": "crm"}]'),
        ("pgbackrest", '[{"name": "crm", "backup": [{"label": "x", "timestamp": {}}]}]'),
        ("pgbackrest", "null"),
        (
            "pgbackrest",
            json.dumps(
                [
                    {
                        **PGBACKREST[0],
                        "repo": [{"key": 1, "status": {"code": 0}}, {"key": 2, "status": {"code": 99}}],
                    }
                ]
            ),
        ),
        (
            "pgbackrest",
            json.dumps([{**PGBACKREST[0], "status": {"code": 1, "message": "missing stanza path"}}]),
        ),
        ("pgbackrest", '[{"name": ["crm"], "backup": [{"label": "x", "timestamp": {"start": 1795316401}}]}]'),
        ("pgbackrest", '[{"name": "crm", "backup": [{"label": "x", "timestamp": {"start": true}}]}]'),
        ("pgbackrest", '[{"name": "crm", "backup": [{"label": "x", "timestamp": {"start": 1e400}}]}]'),
        (
            "pgbackrest",
            '[{"name": "crm", "cipher": {}, "backup": [{"label": "x", "timestamp": {"start": 1795316401}}]}]',
        ),
        ("restic", '[{"time": "2026-11-22T03:00:01Z", "id": ["x"]}]'),
        ("restic", '[{"time": "2026-11-22T03:00:01Z", "id": 7}]'),
        ("restic", '[{"time": "2026-11-22T03:00:01Z", "id": "x", "hostname": {"a": 1}}]'),
        ("restic", '[{"time": "2026-11-22T03:00:01Z", "id": "x", "id": "y"}]'),
        ("restic", '[{"time": "0001-01-01T00:00:00+14:00", "id": "x"}]'),
        ("restic", '[{"time": "1970-01-01T00:00:00Z", "id": "x"}]'),
        ("restic", "[" * 100_000),
        ("restic", '[{"time": "2026-11-22T03:00:01Z", "id": "' + "x" * 1_025 + '"}]'),
        ("s3", '{"Contents": {"Key": "x"}}'),
        ("s3", '{"Contents": [{"Key": null, "LastModified": "2026-11-22T03:10:00Z"}]}'),
    ],
)
def test_what_is_cut_off_or_of_another_kind_is_refused_without_its_text(kind: str, text: str) -> None:
    with pytest.raises(UsageError) as told:
        parsed(kind, text)
    assert "alma" not in str(told.value)
    assert told.value.__cause__ is None


@pytest.mark.parametrize(
    ("head", "how"),
    [
        (b"age-encryption.org/v1\n-> X25519 abc", "age"),
        (b"-----BEGIN AGE ENCRYPTED FILE-----\n", "age"),
        (b"-----BEGIN PGP MESSAGE-----\n", "gpg"),
        (bytes([0x85, 0x01, 0x0C, 0x03, 9, 9, 9]), "gpg"),
        (bytes([0x84, 0x5E, 0x03, 9, 9, 9]), "gpg"),
        (bytes([0x8C, 0x0D, 0x04, 0x09, 0x03, 0x08]), "gpg"),
        (bytes([0xC1, 0xC0, 0x4C, 0x03, 9, 9]), "gpg"),
        (bytes([0xC3, 0x1E, 0x05, 9, 9, 9]), "gpg"),
        (b"Salted__12345678", "openssl enc"),
        (b"PGDMP\x01\x0e", "no"),
        (b"SQLite format 3\x00", "no"),
        (b"-- MariaDB dump 10.19", "no"),
        (b"\x1f\x8b\x08", "no"),
        (b"\x28\xb5\x2f\xfd\x04", "no"),
        (bytes([0x85, 0x01, 0x0C, 0x07, 9, 9, 9]), ""),
        (b"", ""),
        (b"\x85", ""),
        (b"random bytes", ""),
    ],
)
def test_the_first_bytes_say_whether_anybody_can_read_it(head: bytes, how: str) -> None:
    assert encryption(head) == how
