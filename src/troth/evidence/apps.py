"""Registers the room with Django."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "troth.evidence"
    label = "evidence"
    default_auto_field = "django.db.models.BigAutoField"
