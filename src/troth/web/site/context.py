"""What every page knows: its language, its address in the other language, and who is signed in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from troth.web.site.language import language_of, of_path


def common(request: HttpRequest) -> dict[str, Any]:
    """For the templates."""
    language = language_of(request)
    other = "en" if language == "da" else "da"
    portal = of_path(request.path_info) is not None
    return {
        "language": language,
        "other_language": other,
        "other_address": f"/{other}/{request.path_info[4:]}" if portal else None,
        "roles": getattr(request, "roles", frozenset()),
        "portal": portal,
    }
