"""A tenant, and the manager that refuses a query which does not say whose rows it wants."""

from __future__ import annotations

from typing import Any, Self, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)


class UnscopedQueryError(RuntimeError):
    """A query for everybody's rows; say `.of(tenant)`."""


class Scoped(models.QuerySet[M]):
    """Rows of one tenant."""

    def of(self, tenant: str) -> Self:
        return self.filter(tenant=tenant)


class ScopedManager(models.Manager[M]):
    """Gives rows only through `of(tenant)`; anything else raises UnscopedQueryError."""

    def of(self, tenant: str) -> Scoped[M]:
        return Scoped(self.model, using=self._db).filter(tenant=tenant)

    def get_queryset(self) -> models.QuerySet[M]:
        raise UnscopedQueryError(f"{self.model.__name__}: say whose rows with .of(tenant)")

    def create(self, **values: Any) -> M:
        row = self.model(**values)
        row.save(force_insert=True)
        return row

    def bulk_create(self, objs: Any, *args: Any, **options: Any) -> list[M]:
        return Scoped(self.model, using=self._db).bulk_create(objs, *args, **options)


class TenantRow(models.Model):
    """Every row of ours belongs to somebody."""

    tenant = models.CharField(max_length=64, db_index=True)
    objects: ScopedManager[Any] = ScopedManager()

    class Meta:
        abstract = True
        base_manager_name = "everything"

    everything = models.Manager()  # Django's own machinery (saving, migrations); rooms use `objects`


class CopyLine(TenantRow):
    """A line for the second copy, written with the change it speaks of and gone once it stands there."""

    line = models.TextField()

    class Meta(TenantRow.Meta):
        abstract = False


class Copied(TenantRow):
    """How many bytes of the second copy this state knows of; a longer copy has seen what this state has not."""

    bytes = models.BigIntegerField(default=0)

    class Meta(TenantRow.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["tenant"], name="copied_tenant")]  # noqa: RUF012


class Forgotten(TenantRow):
    """A key that was destroyed: a new second copy must say so too."""

    key = models.CharField(max_length=40)

    class Meta(TenantRow.Meta):
        abstract = False


class Job(TenantRow):
    """Something that must still happen: written with the change that demands it, so that neither is there without the other."""

    name = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    case = models.CharField(max_length=40, blank=True)  # the case it is about; "" where it is about none
    due = models.DateTimeField()
    rank = models.SmallIntegerField(default=1, db_default=1)  # 0: somebody sits and waits for it; else 1
    state = models.CharField(max_length=8, default="waiting")  # waiting, claimed, done, failed
    attempts = models.IntegerField(default=0)  # how often it was begun
    worker = models.CharField(max_length=40, blank=True)  # who has claimed it
    fault = models.CharField(
        max_length=400, blank=True
    )  # what stopped the last attempt: its type and place, never its text
    once = models.CharField(
        max_length=400, null=True
    )  # asked for again under the same key, it is the same job
    ended = models.DateTimeField(null=True)

    class Meta(TenantRow.Meta):
        abstract = False
        constraints = [  # noqa: RUF012
            models.UniqueConstraint(fields=["tenant", "name"], name="job_name"),
            models.UniqueConstraint(fields=["tenant", "once"], name="job_once"),
        ]
        indexes = [models.Index(fields=["tenant", "state", "rank", "due", "id"], name="job_turn")]  # noqa: RUF012
