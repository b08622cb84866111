"""Log lines are JSON on stderr and hold no person: the address's pattern instead of the address, and of a fault its place."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

from troth.terms.errors import whereabouts

OURS: Final = "troth"
_log = logging.getLogger("troth.web")


class Lines(logging.Formatter):
    """One JSON object a line. Of other people's loggers only who, how grave and where: their texts may quote anything."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
        }
        if record.name.partition(".")[0] == OURS:
            told |= {"event": str(record.msg), **getattr(record, "told", {})}
        else:
            told |= {"event": "elsewhere", "place": f"{record.module}:{record.lineno}"}
        if record.exc_info and record.exc_info[1] is not None:
            told["fault"] = whereabouts(record.exc_info[1])
        return json.dumps(told, ensure_ascii=True)


def to_stderr() -> None:
    """Every logger of the process writes such lines, and nothing else."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger(OURS).setLevel(logging.INFO)
    logging.raiseExceptions = False  # a line that cannot be written must not print what it was about


class Told:
    """One line a request: method, the address's pattern, status, time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.monotonic()
        response = self.get_response(request)
        route = request.resolver_match.route if request.resolver_match else None
        told = {
            "method": request.method if request.method in _METHODS else "other",
            "route": route,
            "status": response.status_code,
            "ms": round((time.monotonic() - began) * 1_000),
        }
        _log.info("request", extra={"told": told})
        return response


_METHODS: Final = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"})
