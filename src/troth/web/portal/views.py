"""The portal's front page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def home(request: HttpRequest, language: str) -> HttpResponse:
    """What would you like?"""
    return render(request, "portal/home.html")
