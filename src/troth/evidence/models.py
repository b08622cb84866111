"""What checks answered, over time, and who attested what: facts without a personal value, and a person's word under a key of its own."""

from __future__ import annotations

from django.db import models

from troth.records.models import TenantRow


class Record(TenantRow):
    """One answer of one check; all of one run stand under one digest in the ledger."""

    check_name = models.CharField(max_length=120)
    about = models.CharField(max_length=64)
    kind = models.CharField(max_length=10)
    polarity = models.CharField(max_length=10)
    verdict = models.CharField(max_length=10)
    reason = models.JSONField()  # in Danish and English
    facts = models.JSONField()
    collected = models.DateTimeField()
    expires = models.DateTimeField()
    digest = models.CharField(max_length=64, db_index=True)  # of its run
    entry = models.BigIntegerField()  # of the ledger

    class Meta(TenantRow.Meta):
        abstract = False
        indexes = [models.Index(fields=["tenant", "check_name", "about", "id"], name="record_latest")]  # noqa: RUF012


class Attested(TenantRow):
    """What a named person said of a promise; name and words are sealed."""

    name = models.CharField(max_length=40)
    promise = models.CharField(max_length=20, db_index=True)
    at = models.DateTimeField()
    until = models.DateField()
    secret = models.CharField(max_length=40)
    sealed = models.BinaryField()

    class Meta(TenantRow.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="attested_name")]  # noqa: RUF012


class Seen(TenantRow):
    """An officer has seen that a promise is broken: from then on everybody may see it."""

    promise = models.CharField(max_length=63)
    at = models.DateTimeField()
    by = models.CharField(max_length=150)

    class Meta(TenantRow.Meta):
        abstract = False
        indexes = [models.Index(fields=["tenant", "promise", "at"], name="seen_promise")]  # noqa: RUF012
