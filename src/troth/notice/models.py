"""The notice's rows: published versions, which never change, and whom a material change has still to be told."""

from __future__ import annotations

from django.db import models

from troth.records.models import TenantRow


class Version(TenantRow):
    """One version: `digest` is over `files`, and stands in the ledger; only `state` and what became of its messages change."""

    notice = models.CharField(max_length=63)
    number = models.IntegerField()
    digest = models.CharField(max_length=64)
    files = models.JSONField()
    effective = models.DateField()
    published = models.DateTimeField()
    state = models.CharField(max_length=12)  # filling, published, lost, active, superseded
    changed = models.DateTimeField()
    material = models.BooleanField()
    changes = models.JSONField()
    unreachable = models.IntegerField(default=0)  # people without an e-mail address, and not told otherwise
    told = models.DateTimeField(null=True)  # when the last of its messages had gone
    name = models.CharField(max_length=40)  # its key: seals what the ledger says of it
    secret = models.CharField(max_length=40)  # the key of its addresses, gone when they have gone

    class Meta(TenantRow.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["tenant", "notice", "number"], name="version_number")]  # noqa: RUF012


class Addressee(TenantRow):
    """One address that a version's change has still to be told to; `mark` keeps it from being there twice."""

    version = models.BigIntegerField(db_index=True)
    mark = models.CharField(max_length=64)
    sealed = models.BinaryField()

    class Meta(TenantRow.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["tenant", "version", "mark"], name="addressee_mark")]  # noqa: RUF012
