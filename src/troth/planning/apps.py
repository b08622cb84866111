"""Registers the room with Django."""

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "troth.planning"
    label = "planning"
    default_auto_field = "django.db.models.BigAutoField"
