"""Registers the room with Django."""

from django.apps import AppConfig


class RetentionConfig(AppConfig):
    name = "troth.retention"
    label = "retention"
    default_auto_field = "django.db.models.BigAutoField"
