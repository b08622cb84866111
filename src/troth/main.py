"""The fuse box: reads settings, finds the stores, opens the doors; the only file that knows everything."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from troth.workflows.house import House


def make_house(map_path: Path, progress: Callable[[str], None]) -> House:
    """Wires one process: settings from the environment, every installed store by its address schemes."""
    from importlib.metadata import entry_points

    from troth.stores import Store
    from troth.terms.settings import from_environment
    from troth.workflows.house import House

    stores: dict[str, Store] = {}
    for entry in entry_points(group="troth.stores"):
        store: Store = entry.load()
        stores |= dict.fromkeys(store.schemes, store)
    return House(from_environment(), stores, dict(os.environ), map_path, progress)


def main() -> None:
    """The `troth` command."""
    from troth.cli import run

    sys.exit(run(make_house))


if __name__ == "__main__":
    main()
