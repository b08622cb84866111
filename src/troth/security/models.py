"""Who has which role, where they are reminded and who stands in for them, as our state keeps it."""

from __future__ import annotations

from django.db import models

from troth.records.models import TenantRow


class StaffRole(TenantRow):
    """One role of one account; `scope` names the customer of a tenant administrator."""

    account = models.CharField(max_length=40, db_index=True)
    role = models.CharField(max_length=20)
    scope = models.CharField(max_length=200, default="")
    since = models.DateTimeField()

    class Meta(TenantRow.Meta):
        abstract = False
        constraints = [  # noqa: RUF012
            models.UniqueConstraint(fields=["tenant", "account", "role", "scope"], name="staff_role")
        ]


class Duty(TenantRow):
    """What one of the staff said of themselves: the address for reminders, the days they are away, who stands in meanwhile."""

    name = models.CharField(max_length=150)  # to sign in with: a worker has no accounts to look up
    mail = models.CharField(max_length=254, default="")
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    deputy = models.CharField(max_length=150, default="")  # a sign-in name
    changed = models.DateTimeField()

    class Meta(TenantRow.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="staff_duty")]  # noqa: RUF012
