"""Reads padded texts, days and moments as Troth compares them, also those that Python's calendar does not know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from psycopg.adapt import Loader
from psycopg.types.string import TextLoader


class _Padded(TextLoader):
    """`char(n)`: the blanks at its end mean nothing, in a key as little as elsewhere."""

    def load(self, data: bytes | bytearray | memoryview) -> str:
        return str(super().load(data)).rstrip(" ")


class _Day(Loader):
    """A day or moment; `infinity` and what lies outside Python's calendar as the server writes it."""

    read: Callable[[str], date] = date.fromisoformat

    def load(self, data: bytes | bytearray | memoryview) -> date | str:
        text = bytes(data).decode()
        try:
            return type(self).read(text)
        except ValueError:
            return text


class _Moment(_Day):
    """A moment, in the session's UTC."""

    read = datetime.fromisoformat


LOADERS: Mapping[str, type[Loader]] = {
    "bpchar": _Padded, "date": _Day, "timestamp": _Moment, "timestamptz": _Moment,
}  # fmt: skip
