"""Legal holds, what they keep, and the erasures that wait for their end: everything about people in them is sealed."""

from __future__ import annotations

from django.db import models

from troth.records.models import TenantRow


class Hold(TenantRow):
    """One legal hold; its scope, note and people are sealed under a key of its own that goes when it is lifted."""

    name = models.CharField(max_length=40)
    state = models.CharField(max_length=12)  # placed, standing, lifting, lifted, withdrawn
    authority = models.CharField(max_length=20)
    ground = models.CharField(max_length=60)
    review = models.DateField()
    placed = models.DateTimeField()
    changed = models.DateTimeField()
    secret = models.CharField(max_length=40)  # the name of its key
    sealed = models.BinaryField()

    class Meta(TenantRow.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="hold_name")]  # noqa: RUF012


class HeldRows(TenantRow):
    """Rows that a hold kept in one run, and which of their columns, sealed under the hold's key."""

    name = models.CharField(max_length=40)
    hold = models.CharField(max_length=40, db_index=True)
    run = models.CharField(max_length=40, db_index=True)
    system = models.CharField(max_length=200)
    dataset = models.CharField(max_length=200)
    columns = models.JSONField()
    law = models.CharField(max_length=200)
    sealed = models.BinaryField()

    class Meta(TenantRow.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="held_rows_name")]  # noqa: RUF012


class Postponed(TenantRow):
    """An erasure that holds kept from being done: what is needed to do it, sealed under a key that goes with it."""

    name = models.CharField(max_length=40)
    run = models.CharField(max_length=40)
    holds = models.JSONField()  # names
    ready = models.BooleanField(default=False)  # one of its holds was lifted
    since = models.DateTimeField()
    secret = models.CharField(max_length=40)
    sealed = models.BinaryField()

    class Meta(TenantRow.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="postponed_name")]  # noqa: RUF012


class Backup(TenantRow):
    """One registered backup; it stays in the register once it is gone, for what it held is reckoned from it."""

    name = models.CharField(max_length=200)
    place = models.CharField(max_length=400)
    taken = models.DateTimeField(db_index=True)
    shown = models.DateTimeField()  # the moment that its listing shows: another moment is another backup
    systems = models.JSONField()
    encrypted = models.CharField(max_length=80)
    readers = models.JSONField()
    seen = models.JSONField()
    expires = models.DateTimeField(null=True)
    guarded = models.BooleanField()
    gone = models.DateTimeField(null=True)
    source = models.CharField(max_length=800)

    class Meta(TenantRow.Meta):
        abstract = False
        constraints = [  # noqa: RUF012
            models.UniqueConstraint(fields=["tenant", "source", "name", "shown"], name="backup_name")
        ]


class Drill(TenantRow):
    """One restore drill: of which system, when, and whether everybody erased stayed away."""

    system = models.CharField(max_length=200)
    at = models.DateTimeField()
    taken = models.DateTimeField()
    passed = models.BooleanField()
    verdict = models.CharField(max_length=20)  # passed, failed, undecided, not made
    why = models.CharField(max_length=400)
    counts = models.JSONField()

    class Meta(TenantRow.Meta):
        abstract = False


class Canary(TenantRow):
    """One night's canary: of which systems, when, what the proof said, and its counts."""

    systems = models.JSONField()
    at = models.DateTimeField()
    passed = models.BooleanField()
    verdict = models.CharField(max_length=20)
    counts = models.JSONField()

    class Meta(TenantRow.Meta):
        abstract = False


class Recipe(TenantRow):
    """How a backup of a system is restored for a drill, without anybody there; the address of its scratch server is told elsewhere."""

    system = models.CharField(max_length=200)
    dump = models.CharField(max_length=800)  # pattern of files; "" where a command restores
    command = models.JSONField()  # its words
    within = models.PositiveIntegerField()  # seconds
    since = models.DateTimeField()

    class Meta(TenantRow.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["tenant", "system"], name="recipe_system")]  # noqa: RUF012


class FinalReceipt(TenantRow):
    """An erasure whose person is in no registered backup any more, and the entries of the documents that say so."""

    run = models.CharField(max_length=40)
    at = models.DateTimeField()
    receipts = models.JSONField()  # [id, index in the ledger] of each person's
    written = models.BooleanField()  # their files are

    class Meta(TenantRow.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["tenant", "run"], name="final_receipt_run")]  # noqa: RUF012
