"""The terms of the Data Privacy Vocabulary that may be used, as data: no export names another."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any


@lru_cache(maxsize=1)
def _data() -> Mapping[str, Any]:
    return tomllib.loads(files("troth.law").joinpath("dpv.toml").read_text(encoding="utf-8"))


def version() -> str:
    """Of the vocabulary."""
    return str(_data()["version"])


def namespaces() -> Mapping[str, str]:
    """Prefix -> address."""
    return dict(_data()["namespaces"])


@lru_cache(maxsize=8)
def terms(kind: str = "") -> frozenset[str]:
    """The terms of a kind: classes, properties, bases, purposes, data; all without one."""
    lists: Mapping[str, list[str]] = _data()["terms"]
    return frozenset(term for name, found in lists.items() if kind in ("", name) for term in found)
