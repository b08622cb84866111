"""Registers the room with Django."""

from django.apps import AppConfig


class SecurityConfig(AppConfig):
    name = "troth.security"
    label = "security"
    default_auto_field = "django.db.models.BigAutoField"
