"""The console's front page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from troth.web.site.roles import ANYBODY, role_required


@role_required(*ANYBODY)
def home(request: HttpRequest) -> HttpResponse:
    """The cases, by deadline."""
    return render(request, "console/home.html")
