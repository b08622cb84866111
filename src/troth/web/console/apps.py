"""Registers the door with Django, for its templates."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "troth.web.console"
    label = "web_console"
