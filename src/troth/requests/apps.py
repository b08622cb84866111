"""Registers the room with Django."""

from django.apps import AppConfig


class RequestsConfig(AppConfig):
    name = "troth.requests"
    label = "requests"
    default_auto_field = "django.db.models.BigAutoField"
