"""Log lines are JSON on stderr and hold no person: of a fault its type and place, of other people's loggers where they spoke."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, Final

from troth.terms.errors import whereabouts

OURS: Final = "troth"


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
    """Every logger of the process writes such lines, and nothing else; a terminal gets only what went wrong."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger(OURS).setLevel(logging.WARNING if sys.stderr.isatty() else logging.INFO)
    logging.raiseExceptions = False  # a line that cannot be written must not print what it was about
