"""Every address that the server knows, read from its own table in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass

from running_server import Served

_READ = """
import json
from pathlib import Path
from troth.main import make_house
from troth.web import server
from troth.workflows.serving import prepare
house = make_house(Path("troth.map.yaml"), lambda _: None)
server.furnish(house)
prepare(house)
from django.urls import get_resolver
def walk(patterns, before):
    for one in patterns:
        route = before + str(one.pattern)
        if hasattr(one, "url_patterns"):
            yield from walk(one.url_patterns, route)
        else:
            roles = getattr(one.callback, "roles", None)
            yield {
                "route": route, "module": one.callback.__module__, "purpose": getattr(one.callback, "purpose", None),
                "roles": None if roles is None else sorted(roles),
            }
print(json.dumps(list(walk(get_resolver().url_patterns, ""))))
"""


@dataclass(frozen=True)
class Route:
    route: str
    module: str
    purpose: str | None
    roles: tuple[str, ...] | None

    @property
    def plain(self) -> str | None:
        """A path for it, where it has no part that varies but the language."""
        path = self.route.replace("<lang:language>", "da")
        return None if "<" in path or "(" in path else f"/{path}"


def routes(served: Served) -> list[Route]:
    done = subprocess.run(
        [sys.executable, "-c", _READ], cwd=served.folder, env=dict(served.environment), capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [
        Route(
            one["route"], one["module"], one["purpose"], None if one["roles"] is None else tuple(one["roles"])
        )
        for one in json.loads(done.stdout)
    ]
