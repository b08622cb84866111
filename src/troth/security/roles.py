"""The roles of staff: what each is for, and which of them only reads."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a member of staff is there for; one person may have several."""

    OFFICER = "officer"  # answers people: decides cases, proposes erasures
    APPROVER = "approver"  # the second person, who approves what the officer proposed
    SUPPORT = "support"  # takes requests in and sees their state, no person's data
    AUDITOR = "auditor"  # reads everything, changes nothing
    ADMIN_TENANT = "admin_tenant"  # a customer's administrator: the tasks of that customer, and nothing else


READS_ONLY = frozenset({Role.AUDITOR})
SCOPED = frozenset({Role.ADMIN_TENANT})  # holds for one customer, who must be named
