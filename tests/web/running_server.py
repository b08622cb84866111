"""A server in a process of its own, as the tests of the doors know it, and the people who come to it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from http_visitor import Visitor

from troth.workflows.serving import build_example

TROTH = str(Path(sys.executable).with_name("troth"))
PASSWORD = "nine lanterns over the fjord"
NAMED = {role: (role,) for role in ("officer", "approver", "support", "auditor", "admin_tenant")}
_MAKE = """
import json, sys
from pathlib import Path
from typing import Any
from troth.main import make_house
from troth.web import server
from troth.workflows.staff import add
house = make_house(Path("troth.map.yaml"), lambda _: None)
server.furnish(house)
links = {}
for name, roles in json.loads(sys.argv[1]).items():
    add(house, name, roles, "acme" if "admin_tenant" in roles else "")
    links[name] = server.link(house, name)
print(json.dumps(links))
"""
ROLES = ("officer", "approver", "support", "auditor", "admin_tenant")


@dataclass
class Served:
    """A running server, the folder it serves, and what it wrote to stderr."""

    base: str
    folder: Path
    process: subprocess.Popen[bytes]
    log: Path
    environment: Mapping[str, str]
    signed: dict[str, Visitor] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    badges: dict[str, Any] = field(default_factory=dict)  # cookies of browsers that somebody signed in

    def visitor(self, language: str = "en") -> Visitor:
        """Somebody who has never been here."""
        return Visitor(self.base, language)

    def troth(self, *arguments: str) -> dict[str, object]:
        """A command beside the server, on the same state."""
        done = subprocess.run(
            [TROTH, *arguments, "--json"], cwd=self.folder, env=dict(self.environment), capture_output=True, text=True,
            timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        assert isinstance(told, dict)
        return told

    def accounts(self, people: Mapping[str, tuple[str, ...]]) -> None:
        """Makes accounts by name and roles, all in one process; each has a link waiting."""
        done = subprocess.run(
            [sys.executable, "-c", _MAKE, json.dumps(people)], cwd=self.folder, env=dict(self.environment),
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        self.links |= json.loads(done.stdout)

    def staff(self, role: str) -> Visitor:
        """Somebody signed in with this role alone; the same browser whenever it is asked for."""
        if role not in self.signed:
            self.signed[role] = self.sign_in(role, role)
        return self.signed[role]

    def sign_in(self, name: str, *roles: str) -> Visitor:
        """An account, its password set at the one-time link, signed in."""
        if name not in self.links:
            self.accounts(NAMED if name in NAMED else {name: roles})
        browser = self.visitor()
        form = browser.get(self.link_path(name), follow=True)
        done = browser.send(form, "password", password1=PASSWORD, password2=PASSWORD, follow=True)
        assert done.status == 200, done.text
        entered = browser.send(
            browser.get("/console/account/login/"), "account/login", login=name, password=PASSWORD
        )
        assert entered.status == 302, entered.text
        return browser

    def link_path(self, name: str) -> str:
        """The address of the waiting link, without the server."""
        return re.sub(r"^https?://[^/]+", "", self.links[name])

    def lines(self) -> list[dict[str, object]]:
        """The log so far."""
        text = self.log.read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def kept_environment() -> dict[str, str]:
    """What a server of the tests gets of our own surroundings: no setting of ours, and English."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TROTH_", "PG", "COV", "LC_", "LANG"))}
    return {**kept, "LANG": "C.UTF-8", "TROTH_LANGUAGE": "en"}


def start(folder: Path, *arguments: str, **settings: str) -> Served:
    """Starts `troth serve` on a free port and waits until it says where."""
    environment = {**kept_environment(), **settings}
    log = folder / "server.log"
    if (
        "--example" in arguments
    ):  # the company alone: nobody has asked yet, and no setting is another than a company's
        build_example(folder / "company")
        arguments = tuple(one for one in arguments if one != "--example")
    with log.open("wb") as err:
        process = subprocess.Popen(
            [TROTH, "serve", "--port", "0", "--data", str(folder / "company"), *arguments],
            cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=err,
        )  # fmt: skip
    base = wait_for_address(process, log)
    return Served(base, folder / "company", process, log, environment)


def wait_for_address(process: subprocess.Popen[bytes], log: Path) -> str:
    for _ in range(600):
        found = re.search(r"(http://127\.0\.0\.1:\d+)", log.read_text(encoding="utf-8"))
        if found:
            return found[1]
        assert process.poll() is None, log.read_text(encoding="utf-8")
        time.sleep(0.05)
    raise AssertionError(log.read_text(encoding="utf-8"))


def stop(served: Served) -> int:
    """Ends it as an init system does; its exit code."""
    served.process.send_signal(signal.SIGTERM)
    return served.process.wait(timeout=30)
