"""Guarantees that a folder handed to a person is either whole or not there, and that nothing of anybody else's is written over."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection
from pathlib import Path

from troth.terms.errors import UsageError


def refuse(folder: Path, ours: Collection[str], mark: bytes) -> None:
    """UsageError unless the folder is missing, empty, or an earlier export with nothing else in it.

    `ours` are an export's names, and `mark` is what its `data.json` begins with.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise UsageError(
            "An export needs a folder of its own.", place=str(folder), remedy="Name another folder."
        )
    if folder.exists() and not _earlier(folder, ours, mark):
        raise UsageError(
            "The folder is not empty and holds more than an earlier export.",
            place=str(folder),
            remedy="Name another folder, or empty this one.",
        )


def _earlier(folder: Path, ours: Collection[str], mark: bytes) -> bool:
    names = {entry.name for entry in folder.iterdir()}
    if not names:
        return True
    data = folder / "data.json"
    if not names <= set(ours) or not data.is_file():
        return False
    with data.open("rb") as file:
        return file.read(len(mark)) == mark


def beside(folder: Path) -> Path:
    """A new hidden folder beside the export's place, on the same file system, for its owner only (mode 0700)."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=f".{folder.name}.unfinished-", dir=folder.parent))
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(
            f"The export cannot be written: {reason}.", place=str(folder), remedy="Name another folder."
        ) from error


def put(root: Path, folder: Path) -> None:
    """Rename into place. An earlier export is moved aside first and removed last; it comes back if the renaming fails."""
    if not folder.exists():
        os.rename(root, folder)
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.earlier-", dir=folder.parent))
    os.rename(folder, aside)
    try:
        os.rename(root, folder)
    except OSError:
        os.rename(aside, folder)
        raise
    shutil.rmtree(aside)
