"""Staff and their roles: an account is made here and nowhere else, and every change of a role is entered in the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troth.security.roles import READS_ONLY, SCOPED, Role
from troth.terms.errors import UsageError
from troth.workflows.at_work import at_work
from troth.workflows.cases import at_desk

if TYPE_CHECKING:
    from collections.abc import Collection

    from troth.workflows.books import Books
    from troth.workflows.house import House

__all__ = [
    "READS_ONLY",
    "Role",
    "add",
    "known_roles",
    "listing",
    "named",
    "open_names",
    "remove",
    "roles_of",
    "scopes_of",
]


def known_roles(names: Collection[str], scope: str) -> tuple[Role, ...]:
    """The roles by name; raises UsageError for an unknown one, and where a customer is missing or too much."""
    known = {role.value: role for role in Role}
    for name in names:
        if name not in known:
            raise UsageError(f"there is no role {name}", remedy=f"Known: {', '.join(known)}.")
    roles = tuple(dict.fromkeys(known[name] for name in names))
    if not roles:
        raise UsageError("no role was named", remedy=f"Say --role, one of: {', '.join(known)}.")
    if bool(SCOPED & set(roles)) != bool(scope) or (scope and set(roles) - SCOPED):
        raise UsageError(
            "a tenant administrator belongs to one customer, and no other role does",
            remedy="Say --role admin_tenant --scope CUSTOMER, alone.",
        )
    return roles


def add(house: House, name: str, roles: Collection[str], scope: str = "") -> dict[str, Any]:
    """Makes the account if it is new and gives it roles; {"account", "name", "roles", "new"}."""
    wanted, given = known_roles(roles, scope), _name(name)
    with at_work(house) as books:
        from django.contrib.auth import get_user_model
        from django.db import transaction

        from troth.security.models import StaffRole

        with transaction.atomic():
            user, new = get_user_model().objects.get_or_create(username=given)
            if new or not user.is_active:
                new, user.is_active = True, True
                user.set_unusable_password()
                user.save()
            account = str(user.pk)
            mine = StaffRole.objects.of(books.tenant).filter(account=account)
            had = set(mine.values_list("role", "scope"))
            fresh = [role for role in wanted if (role.value, scope) not in had]
            StaffRole.objects.bulk_create(
                StaffRole(tenant=books.tenant, account=account, role=role, scope=scope, since=house.now())
                for role in fresh
            )
            _enter(house, books, account, "added", fresh, scope)
            return {
                "account": account,
                "name": given,
                "roles": sorted({*(role for role, _ in had), *fresh}),
                "new": new,
            }


def remove(house: House, name: str) -> dict[str, Any]:
    """Takes every role from an account and closes it, with its sessions; raises UsageError where there is none."""
    with at_work(house) as books:
        from django.contrib.auth import get_user_model
        from django.db import transaction

        from troth.security.models import Duty, StaffRole

        with transaction.atomic():
            user = get_user_model().objects.filter(username=_name(name)).first()
            if user is None:
                raise UsageError("there is no such account", remedy="`troth staff list` names them.")
            mine = StaffRole.objects.of(books.tenant).filter(account=str(user.pk))
            gone = [Role(role) for role in mine.values_list("role", flat=True)]
            mine.delete()
            Duty.objects.of(books.tenant).filter(
                name=user.get_username()
            ).delete()  # a closed account reads no mail
            user.is_active = False
            user.set_unusable_password()  # its sessions end too: they carry a digest of the password
            user.save()
            _enter(house, books, str(user.pk), "removed", gone, "")
            return {"account": str(user.pk), "name": user.get_username(), "roles": []}


def named(house: House, name: str) -> dict[str, Any]:
    """An account by its name, with its roles; raises UsageError where there is none."""
    with at_work(house):
        from django.contrib.auth import get_user_model

        user = get_user_model().objects.filter(username=_name(name), is_active=True).first()
        if user is None:
            raise UsageError("there is no such account", remedy="`troth staff list` names them.")
        return {
            "account": str(user.pk),
            "name": user.get_username(),
            "roles": sorted(roles_of(house, str(user.pk))),
        }


def listing(house: House) -> dict[str, Any]:
    """Every account with its roles."""
    with at_work(house) as books:
        from django.contrib.auth import get_user_model

        from troth.security.models import StaffRole

        rows = StaffRole.objects.of(books.tenant).order_by("account", "role")
        roles: dict[str, list[str]] = {}
        for account, role, scope in rows.values_list("account", "role", "scope"):
            roles.setdefault(account, []).append(f"{role}:{scope}" if scope else role)
        users = get_user_model().objects.order_by("username")
        return {
            "staff": [
                {"name": user.get_username(), "roles": roles.get(str(user.pk), []), "active": user.is_active}
                for user in users
            ]
        }


def open_names(house: House) -> frozenset[str]:
    """The sign-in names of all open accounts."""
    with at_desk(house):  # it waits for no run
        from django.contrib.auth import get_user_model

        users = get_user_model().objects.filter(is_active=True)
        return frozenset(str(name) for name in users.values_list("username", flat=True))


def roles_of(house: House, account: str) -> frozenset[Role]:
    """The roles of an account, as they are now."""
    from troth.security.models import StaffRole

    rows = StaffRole.objects.of(house.settings.tenant).filter(account=account)
    return frozenset(Role(role) for role in rows.values_list("role", flat=True))


def scopes_of(house: House, account: str) -> frozenset[str]:
    """The customers whose administrator an account is."""
    from troth.security.models import StaffRole

    rows = StaffRole.objects.of(house.settings.tenant).filter(account=account, role__in=SCOPED)
    return frozenset(rows.values_list("scope", flat=True))


def _enter(house: House, books: Books, account: str, act: str, roles: Collection[Role], scope: str) -> None:
    """The change in the ledger: account, roles and customer only in what is committed to and sealed."""
    from troth.workflows.books import Line, new_name

    run = new_name()
    payload = {"account": account, "roles": sorted(roles), "scope": scope}
    books.enter([Line(f"staff_{act}", run, payload, key=run)], house.now(), books.new_keys([run]))


def _name(name: str) -> str:
    """A sign-in name: lower-case, one word."""
    given = name.strip().lower()
    if not given or len(given) > 60 or not all(c.isalnum() or c in "@.+-_" for c in given):
        raise UsageError("this is no name to sign in with", remedy="Use letters, digits and @ . + - _ only.")
    return given
