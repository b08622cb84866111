"""Registers the room with Django."""

from django.apps import AppConfig


class NoticeConfig(AppConfig):
    name = "troth.notice"
    label = "notice"
    default_auto_field = "django.db.models.BigAutoField"
