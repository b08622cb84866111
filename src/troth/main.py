"""The fuse box: reads settings, finds the stores, opens the doors; the only file that knows everything."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, MutableMapping

    from troth.cli.door import Web
    from troth.evidence.check import Check
    from troth.requests.provider import Provider
    from troth.workflows.house import House


def make_house(
    map_path: Path, progress: Callable[[str], None], secrets: Mapping[str, str] | None = None
) -> House:
    """Wires one process: settings from the environment, every installed store by its address schemes."""
    from dataclasses import replace
    from importlib.metadata import entry_points

    from troth.stores import Store
    from troth.terms.settings import from_environment
    from troth.workflows.credentials import referred
    from troth.workflows.house import House

    stores: dict[str, Store] = {}
    for entry in entry_points(group="troth.stores"):
        store: Store = entry.load()
        stores |= dict.fromkeys(store.schemes, store)
    environment = {**os.environ, **(secrets or {})}
    settings = from_environment(environment)
    settings = replace(settings, database=referred(settings.database, "TROTH_DATABASE"))
    return House(
        settings, stores, environment, map_path, progress, checks=plugged(), provider=identity_provider()
    )


def identity_provider() -> Provider | None:
    """The plug-in in `troth.identity` that can show who somebody is; None where none is installed, UsageError for several or no such."""
    from importlib.metadata import entry_points

    from troth.requests.provider import Provider
    from troth.terms.errors import UsageError

    found = [(entry.name, entry.load()) for entry in entry_points(group="troth.identity")]
    if len(found) > 1:
        names = ", ".join(name for name, _ in found)
        raise UsageError("several identity providers are installed", place=names, remedy="Keep one.")
    for name, provider in found:
        if not isinstance(provider, Provider):
            raise UsageError(
                "this plug-in is no identity provider", place=name, remedy="See docs/requests.md."
            )
    return found[0][1] if found else None


def plugged() -> tuple[Check, ...]:
    """The checks of installed plug-ins: each entry point in `troth.checks` is a check, or several; raises UsageError for anything else."""
    from importlib.metadata import entry_points

    from troth.evidence.check import Check
    from troth.terms.errors import UsageError

    found: list[Check] = []
    for entry in entry_points(group="troth.checks"):
        loaded = entry.load()
        several = list(loaded) if isinstance(loaded, list | tuple) else [loaded]
        if not all(isinstance(one, Check) for one in several):
            raise UsageError(
                "this plug-in offers something that is no check",
                place=entry.name,
                remedy="See docs/checks.md.",
            )
        found += several
    return tuple(found)


def take_secrets(environment: MutableMapping[str, str]) -> dict[str, str]:
    """Takes the addresses out of the environment: a program that we or a library start never sees them."""
    names = [
        name
        for name in environment
        if name.startswith(
            (
                "TROTH_URL_",
                "TROTH_READ_URL_",
                "TROTH_DATABASE",
                "TROTH_OIDC_SECRET",
                "TROTH_MAIL_PASSWORD",
                "TROTH_IMAP_PASSWORD",
            )
        )
    ]
    return {name: environment.pop(name) for name in names}


def web() -> Web:
    """The server, loaded when it is asked for."""
    from troth.web import server

    return server


def main() -> None:
    """The `troth` command."""
    from troth.cli import run

    secrets = take_secrets(os.environ)
    sys.exit(run(lambda map_path, progress: make_house(map_path, progress, secrets), web))


if __name__ == "__main__":
    main()
