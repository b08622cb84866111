"""Runs and their frozen batches: everything about people in them is sealed."""

from __future__ import annotations

from django.db import models

from troth.records.models import TenantRow


class Run(TenantRow):
    """One approved plan on its way: pinned by hash, with the sealed context that later steps need."""

    name = models.CharField(max_length=40)
    kind = models.CharField(max_length=12, default="erase")  # erase, recheck, replay (on a restored backup)
    state = models.CharField(max_length=12)  # approved, acting, done, stopped
    plan = models.CharField(max_length=64)
    map = models.CharField(max_length=64)
    people = models.IntegerField()
    started = models.DateTimeField()
    finished = models.DateTimeField(null=True)
    attempt = models.IntegerField(default=0)
    context = models.BinaryField()
    outcome = models.JSONField(default=dict)  # counts by dataset, certificate names; never a value

    class Meta(TenantRow.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="run_name")]  # noqa: RUF012


class FrozenBatch(TenantRow):
    """The key sets of one transaction, sealed before the first write; receipts are made from these."""

    run = models.CharField(max_length=40, db_index=True)
    number = models.IntegerField()
    system = models.CharField(max_length=200)
    state = models.CharField(max_length=10)  # frozen, intended, done
    sealed = models.BinaryField()

    class Meta(TenantRow.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["tenant", "run", "number"], name="batch_number")]  # noqa: RUF012


class Kept(TenantRow):
    """Rows that a law keeps: restricted until the ground lapses (GDPR Art. 17(3), 18)."""

    run = models.CharField(max_length=40, db_index=True)
    system = models.CharField(max_length=200)
    dataset = models.CharField(max_length=200)
    law = models.CharField(max_length=200)
    until = models.DateField(null=True)
    rows = models.IntegerField()
    sealed = models.BinaryField()

    class Meta(TenantRow.Meta):
        abstract = False


class Tombstone(TenantRow):
    """Keyed digests that recognise an erased person on a restored backup or in an import, and nothing else."""

    name = models.CharField(max_length=40)
    run = models.CharField(max_length=40, db_index=True)
    version = models.IntegerField()
    basis = models.CharField(max_length=200)
    decided = models.DateTimeField()
    done = models.DateTimeField(db_index=True)
    expires = models.DateTimeField()
    returned = models.DateTimeField(null=True)  # the person came back of their own accord
    marks = models.JSONField()

    class Meta(TenantRow.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="tombstone_name")]  # noqa: RUF012


class Recheck(TenantRow):
    """A second look at one run: what is needed for it, sealed under a key that goes with the last look."""

    run = models.CharField(max_length=40, db_index=True)
    due = models.DateTimeField(db_index=True)
    key = models.CharField(max_length=40)
    sealed = models.BinaryField()

    class Meta(TenantRow.Meta):
        abstract = False


class Proposal(TenantRow):
    """A plan that somebody proposed and somebody else may do; who proposed it is sealed."""

    name = models.CharField(max_length=40)  # of the key that seals it
    plan = models.CharField(max_length=64, db_index=True)
    at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta(TenantRow.Meta):
        abstract = False
