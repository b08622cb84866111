"""The example company with its own notice bound to its own stores: what breaks a control is seen in the sentence it keeps."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import troth.example
from troth.main import make_house
from troth.workflows.checks import check
from troth.workflows.checks_status import one_status, status
from troth.workflows.house import House

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
MAP, RULES = "troth.map.yaml", "troth.retention.yaml"
PROMISES, FACTS = "notice/promises.yaml", "notice/notice.yaml"


@dataclass
class Bound:
    """The company's folder, its databases, its notice, and a clock that the test sets."""

    folder: Path
    clock: list[datetime] = field(default_factory=lambda: [START])

    @property
    def house(self) -> House:
        made = make_house(self.folder / MAP, lambda _: None)
        return replace(made, clock=lambda: self.clock[0])

    def later(self, **span: float) -> None:
        self.clock[0] += timedelta(**span)

    def read(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    @contextmanager
    def changed(self, name: str, old: str, new: str) -> Iterator[None]:
        """One of the company's files says something else for the length of a `with`."""
        before = self.read(name)
        assert old in before
        path = self.folder / name
        path.write_text(before.replace(old, new), encoding="utf-8")
        try:
            yield
        finally:
            path.write_text(before, encoding="utf-8")

    def lights(self, promises: Sequence[str]) -> dict[str, str]:
        """Each promise's light after its checks have run."""
        return {one["id"]: str(one["status"]) for one in check(self.house, promises)["promises"]}

    def run(self, system: str, sql: str) -> None:
        with closing(sqlite3.connect(self.folder / f"{system}.sqlite")) as db, db:
            db.execute(sql)

    def told(self, promise: str) -> dict[str, Any]:
        """The promise after its checks have run."""
        (told,) = check(self.house, [promise])["promises"]
        return dict(told)

    def verdict(self, promise: str, name: str) -> str:
        return str(next(one["verdict"] for one in self.told(promise)["checks"] if one["name"] == name))

    def why(self, promise: str) -> str:
        return "; ".join(
            one["reason"][1] for one in self.told(promise)["checks"] if one["verdict"] == "fails"
        )

    def sentence(self, promise: str) -> str:
        """The worst light that people see on a sentence which makes the promise."""
        lines = [line for line in status(self.house)["texts"]["en"] if promise in line["promises"]]
        assert lines
        return str(lines[0]["light"])

    def one(self, promise: str) -> dict[str, Any]:
        return one_status(self.house, promise)

    def breaks(self, promise: str, system: str, broken: str, mended: str, says: str) -> None:
        """The promise is kept; broken it is red, in its sentence too, and says why; mended it is kept again."""
        assert self.told(promise)["status"] == "kept"
        self.run(system, broken)
        self.is_red(promise, says)
        self.run(system, mended)
        assert self.told(promise)["status"] == "kept"

    def breaks_in_file(self, promise: str, name: str, old: str, new: str, says: str) -> None:
        """The same, where the company's own file is what breaks it."""
        assert self.told(promise)["status"] == "kept"
        with self.changed(name, old, new):
            self.is_red(promise, says)
        assert self.told(promise)["status"] == "kept"

    def is_red(self, promise: str, says: str) -> None:
        """The promise is broken, in its sentence too, and says why."""
        assert self.told(promise)["status"] == "broken"
        assert self.sentence(promise) == "broken"
        assert says in self.why(promise)


@pytest.fixture
def bound(founded: Path, tmp_path: Path) -> Bound:
    return bound_in(founded, tmp_path / "bound")


def bound_in(founded: Path, folder: Path) -> Bound:
    """The founded company's databases with its rules and its notice, in a folder of their own."""
    shutil.copytree(founded, folder)
    source = Path(troth.example.__file__).parent
    shutil.copy(source / "troth.retention.yaml", folder)
    shutil.copytree(source / "notice", folder / "notice")
    for file in folder.glob("*.sqlite"):
        file.chmod(0o600)
    return Bound(folder)
