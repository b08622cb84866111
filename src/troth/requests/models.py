"""Cases, their events and papers: what can be sorted by stands in the open, everything of a person is sealed under the case's key."""

from __future__ import annotations

from django.db import models

from troth.records.models import TenantRow


class CaseRow(TenantRow):
    """One case as the inbox lists it; `sealed` is who asks and in which words."""

    name = models.CharField(max_length=40)
    number = models.IntegerField()  # what people call it: 2026-0007 is the seventh of all
    year = models.IntegerField()
    key = models.CharField(max_length=40)  # forgotten when the record's time is over
    kinds = models.JSONField()
    regime = models.CharField(max_length=12)
    country = models.CharField(max_length=6)
    language = models.CharField(max_length=2)
    channel = models.CharField(max_length=8)
    state = models.CharField(max_length=12)
    received = models.DateField()
    opened = models.DateTimeField()
    changed = models.DateTimeField()
    due = models.DateField(null=True)  # the next day by which something must have happened
    assignee = models.CharField(max_length=150, default="")
    closed = models.DateField(null=True)
    events = models.IntegerField(default=0)
    link = models.CharField(max_length=64)  # SHA-256 of the token in the person's status link
    mark = models.CharField(
        max_length=64, default=""
    )  # keyed digest of the address it came from, for joining and limits
    sealed = models.BinaryField()

    class Meta(TenantRow.Meta):
        abstract = False
        constraints = [  # noqa: RUF012
            models.UniqueConstraint(fields=["tenant", "name"], name="case_name"),
            models.UniqueConstraint(fields=["tenant", "number"], name="case_number"),
            models.UniqueConstraint(fields=["tenant", "link"], name="case_link"),
        ]
        indexes = [models.Index(fields=["tenant", "state", "due"], name="case_inbox")]  # noqa: RUF012


class CaseEvent(TenantRow):
    """One event of a case; its data and note are sealed, its ledger entry is numbered."""

    case = models.CharField(max_length=40)
    number = models.IntegerField()
    name = models.CharField(max_length=24)
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    entry = models.BigIntegerField()
    sealed = models.BinaryField()

    class Meta(TenantRow.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["tenant", "case", "number"], name="case_event")]  # noqa: RUF012


class CasePaper(TenantRow):
    """What lies in a case: a mail as it came, a permission, a letter, a copy to fetch; sealed, with its own end."""

    name = models.CharField(max_length=40)
    case = models.CharField(max_length=40, db_index=True)
    kind = models.CharField(
        max_length=16
    )  # mail, attachment, letter, copy, portable, certificate, plan, findings
    at = models.DateTimeField()
    expires = models.DateTimeField(null=True)
    size = models.BigIntegerField()
    sealed_head = models.BinaryField()  # its name, type and language
    sealed = models.BinaryField()

    class Meta(TenantRow.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="paper_name")]  # noqa: RUF012


class CaseCode(TenantRow):
    """A code that was sent, or an answer that is compared: keyed digests only, few attempts, gone when its purpose is."""

    name = models.CharField(max_length=40)
    case = models.CharField(max_length=40, db_index=True)
    purpose = models.CharField(max_length=16)  # email, status, manual, agent
    about = models.CharField(max_length=200, default="")  # the manual system, say; never a person
    mark = models.CharField(max_length=64)
    attempts = models.IntegerField(default=0)
    made = models.DateTimeField()
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True)

    class Meta(TenantRow.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="code_name")]  # noqa: RUF012


class CaseNotice(TenantRow):
    """One recipient to be told of a correction, erasure or restriction, once (GDPR Art. 19)."""

    case = models.CharField(max_length=40)
    recipient = models.CharField(max_length=200)
    state = models.CharField(max_length=12)  # due, told, acknowledged, impossible
    attempts = models.IntegerField(default=0)
    changed = models.DateTimeField()

    class Meta(TenantRow.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["tenant", "case", "recipient"], name="notice_once")]  # noqa: RUF012


class CaseView(TenantRow):
    """Somebody looked at a person's data, and said for what; the entry stands in the ledger too."""

    case = models.CharField(max_length=40, db_index=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    purpose = models.CharField(max_length=40)
    entry = models.BigIntegerField()

    class Meta(TenantRow.Meta):
        abstract = False


class Resting(TenantRow):
    """A use of somebody's data that rests; `mark` is a keyed digest of one of their identifiers, never the identifier."""

    mark = models.CharField(max_length=64)
    rest = models.CharField(max_length=12)  # processing, marketing, sale, sensitive, consent
    purpose = models.CharField(max_length=80, default="")  # "": every one
    kind = models.CharField(max_length=24)  # of request
    case = models.CharField(max_length=40, db_index=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    lifted = models.BooleanField(
        default=False
    )  # it ended because the company lifted it: it does not begin again

    class Meta(TenantRow.Meta):
        abstract = False
        constraints = [  # noqa: RUF012
            models.UniqueConstraint(
                fields=["tenant", "mark", "case", "kind", "purpose"],
                condition=models.Q(until=None),
                name="resting_once",
            )
        ]
        indexes = [models.Index(fields=["tenant", "mark"], name="resting_mark")]  # noqa: RUF012
