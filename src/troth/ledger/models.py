"""The ledger's rows: entries (what the tree commits to), the tree's stored hashes, and the sealed openings."""

from __future__ import annotations

from django.db import models

from troth.records.models import TenantRow


class Entry(TenantRow):
    """One leaf: public bytes, and beside them the sealed payload and salt that open its commitment."""

    index = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    leaf = models.BinaryField()
    run = models.CharField(max_length=40, db_index=True)
    key = models.CharField(max_length=40, blank=True)  # which wrapped key seals the opening
    opening = models.BinaryField(blank=True)

    class Meta(TenantRow.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["tenant", "index"], name="entry_index")]  # noqa: RUF012


class TreeHash(TenantRow):
    """A stored hash of the Merkle tree, by its storage index."""

    index = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta(TenantRow.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["tenant", "index"], name="treehash_index")]  # noqa: RUF012


class CheckpointNote(TenantRow):
    """A signed checkpoint as it was handed out."""

    size = models.BigIntegerField()
    note = models.TextField()
    at = models.DateTimeField()

    class Meta(TenantRow.Meta):
        abstract = False


class WrappedKey(TenantRow):
    """A key of one person in one run, under the master key; when it is gone, so is what it sealed."""

    name = models.CharField(max_length=40)
    wrapped = models.BinaryField()

    class Meta(TenantRow.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="wrappedkey_name")]  # noqa: RUF012
