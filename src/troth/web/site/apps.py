"""Registers the shared pages with Django, for their templates, and says what a language in an address is."""

from django.apps import AppConfig
from django.urls import register_converter


class Language:
    """`da` or `en`, and nothing else."""

    regex = "da|en"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class SiteConfig(AppConfig):
    name = "troth.web.site"
    label = "web_site"

    def ready(self) -> None:
        register_converter(Language, "lang")
