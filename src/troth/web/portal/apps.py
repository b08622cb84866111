"""Registers the door with Django, for its templates."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "troth.web.portal"
    label = "web_portal"
