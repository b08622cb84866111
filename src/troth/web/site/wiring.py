"""The house, for views: handed over once by the fuse box."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.conf import settings

if TYPE_CHECKING:
    from troth.workflows.house import House


def the_house() -> House:
    """The wiring of this server."""
    return cast("House", settings.TROTH_HOUSE)
