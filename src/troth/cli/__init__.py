"""The command line: asks workflows, shows what they answer, decides nothing.

Exit codes: 0 done · 1 a proof does not hold · 2 the input is wrong, nothing was done · 3 findings · 4 a person must decide
first, nothing was done (or: consistent, signer unknown) · 5 stopped half-way, `troth resume` goes on.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from troth.workflows.house import House

MakeHouse = Callable[[Path, Callable[[str], None]], "House"]


def run(make_house: MakeHouse) -> int:
    """Runs one command line; returns its exit code. A fault is one sentence on stderr (or an object, with --json)."""
    import typer

    from troth.cli.app import app
    from troth.terms.errors import TrothError

    try:
        result: Any = app(obj=make_house, standalone_mode=False)
        return result if isinstance(result, int) else 0
    except TrothError as fault:
        report({"message": fault.message, "place": fault.place, "remedy": fault.remedy}, fault.exit_code)
        return fault.exit_code
    except typer.TyperException as fault:
        report(
            {"message": fault.format_message(), "place": "", "remedy": "troth --help lists the commands."}, 2
        )
        return 2
    except (typer.Abort, KeyboardInterrupt):
        sys.stderr.write("\nStopped. If an erasure had begun: troth resume\n")
        return 5
    except Exception as fault:  # noqa: BLE001  (a door: a fault's own text may quote a value, so only its place is shown)
        report(_unforeseen(fault), 1)
        return 1


def _unforeseen(fault: Exception) -> dict[str, str]:
    """Where a fault nobody foresaw happened; never its text."""
    import traceback

    frames = [
        f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in traceback.extract_tb(fault.__traceback__)[-4:]
    ]
    return {
        "message": f"an unforeseen {type(fault).__name__} ({' < '.join(reversed(frames))})",
        "place": "troth",
        "remedy": "Please report it. If an erasure had begun: troth resume",
    }


def report(fault: dict[str, str], code: int) -> None:
    """One clear sentence; with --json, the same as an object on stdout."""
    if "--json" in sys.argv:
        print(json.dumps({"error": fault, "exit": code}, ensure_ascii=False))  # noqa: T201
    place = f"{fault['place']}: " if fault["place"] else ""
    sys.stderr.write(
        f"troth: {place}{fault['message']}{'.' if not fault['message'].endswith('.') else ''} {fault['remedy']}".rstrip()
        + "\n"
    )
