"""Who has which role, as our state keeps it."""

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
