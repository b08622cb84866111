"""The example company with its own notice bound to its own stores: what breaks a control is seen in the sentence it keeps."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import troth.example
from troth.main import make_house
from troth.workflows.checks import check
from troth.workflows.checks_status import one_status, status
from troth.workflows.house import House


@dataclass
class Bound:
    """The company's folder, its databases and its notice."""

    folder: Path

    @property
    def house(self) -> House:
        return make_house(self.folder / "troth.map.yaml", lambda _: None)

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
        assert self.told(promise)["status"] == "broken"
        assert self.sentence(promise) == "broken"
        assert says in self.why(promise)
        self.run(system, mended)
        assert self.told(promise)["status"] == "kept"


@pytest.fixture
def bound(founded: Path, tmp_path: Path) -> Bound:
    folder = tmp_path / "bound"
    shutil.copytree(founded, folder)
    source = Path(troth.example.__file__).parent
    shutil.copy(source / "troth.retention.yaml", folder)
    shutil.copytree(source / "notice", folder / "notice")
    for file in folder.glob("*.sqlite"):
        file.chmod(0o600)
    return Bound(folder)
