"""Accounts are made by `troth staff` and nowhere else: nobody signs up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.adapter import DefaultAccountAdapter

if TYPE_CHECKING:
    from django.http import HttpRequest


class Staffed(DefaultAccountAdapter):  # type: ignore[misc]  # reason: allauth has no types
    """No sign-up, no mail: a forgotten password is a new link from whoever gives out the roles."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that the server saw; a header is believed only from the proxy, by the server itself."""
        return str(request.META.get("REMOTE_ADDR") or "0.0.0.0")  # noqa: S104  (no address is bound here)


def one_time_link(name: str) -> str:
    """The path at which this account sets its password, once, within a day; raises UsageError where there is none."""
    from allauth.account.app_settings import PASSWORD_RESET_TOKEN_GENERATOR
    from allauth.account.utils import user_pk_to_url_str
    from django.contrib.auth import get_user_model
    from django.urls import reverse

    from troth.terms.errors import UsageError

    user = get_user_model().objects.filter(username=name, is_active=True).first()
    if user is None:
        raise UsageError("there is no such account", remedy="`troth staff list` names them.")
    key = PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    return reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), key])
