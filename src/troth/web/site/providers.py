"""A provider only vouches for accounts that we have: it makes none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter

if TYPE_CHECKING:
    from django.http import HttpRequest


class Invited(DefaultSocialAccountAdapter):  # type: ignore[misc]  # reason: allauth has no types
    """A provider's account opens only the account that was connected to it while signed in."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False
