"""Mails that came in, so that each is taken in once, and letters that wait, went or will never arrive; no address in the clear."""

from __future__ import annotations

from django.db import models

from troth.records.models import TenantRow


class MailIn(TenantRow):
    """A mail that a case has: by a keyed digest, for as long as a server may hand it over again."""

    mark = models.CharField(max_length=64)
    case = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta(TenantRow.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["tenant", "mark"], name="mailin_once")]  # noqa: RUF012


class MailOut(TenantRow):
    """A letter on its way: to whom and what it says is sealed under its case's key."""

    name = models.CharField(max_length=40)
    case = models.CharField(max_length=40, db_index=True)
    once = models.CharField(max_length=120)
    mark = models.CharField(
        max_length=64, db_index=True
    )  # keyed digest of its Message-ID, which a bounce names
    state = models.CharField(max_length=8)  # waiting, held, sent, never
    code = models.IntegerField(default=0)  # what the server said last
    made = models.DateTimeField()
    changed = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta(TenantRow.Meta):
        abstract = False
        constraints = [  # noqa: RUF012
            models.UniqueConstraint(fields=["tenant", "name"], name="mailout_name"),
            models.UniqueConstraint(fields=["tenant", "case", "once"], name="mailout_once"),
        ]
