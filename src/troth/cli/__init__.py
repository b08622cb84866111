"""The command line: asks workflows, shows what they answer, decides nothing.

Exit codes: 0 done · 1 a proof does not hold · 2 the input is wrong or a store cannot be read, nothing was done · 3 findings ·
4 a person must decide first, nothing was done (or: consistent, signer unknown) · 5 stopped half-way, `troth resume` goes on.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from troth.cli.door import Door, Web
    from troth.workflows.house import House

MakeHouse = Callable[[Path, Callable[[str], None]], "House"]
HELP = "`troth --help` lists the commands, `troth COMMAND --help` its options."
INTERRUPTED = 130  # as a shell says it; where an erasure may have begun it is 5
NOBODY_LISTENS = 141  # standard output was closed before we had said all


def run(make_house: MakeHouse, web: Callable[[], Web]) -> int:
    """Runs one command line; returns its exit code. A fault is one sentence on stderr (and an object, with --json)."""
    from troth.cli.conceal import conceal

    conceal()
    import typer

    from troth.cli.after import app  # all commands: those of the first hour, and those of the time after
    from troth.cli.door import Door
    from troth.terms.errors import TrothError

    door = Door(make_house, web)
    if not sys.argv[1:]:
        sys.argv.append("--help")
    try:
        result: Any = app(obj=door, standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except TrothError as fault:
        return door.report(fault.message, fault.place, fault.remedy, fault.exit_code)
    except typer.TyperException as fault:
        return door.report(fault.format_message(), "", HELP, 2)
    except (typer.Abort, KeyboardInterrupt):
        acting = "interrupted_acting" if door.acting else "interrupted"
        return door.report(door.words(acting), "", "", 5 if door.acting else INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOBODY_LISTENS
    except Exception as fault:  # noqa: BLE001  (a door: a fault's own text may quote a value, so only its place is shown)
        return _unforeseen(door, fault)
    finally:
        door.close()


def _unforeseen(door: Door, fault: Exception) -> int:
    """Where a fault nobody foresaw happened; never its text."""
    from troth.terms.errors import whereabouts

    remedy = "Please report it." + (
        " If an erasure had begun, go on with: troth resume" if door.acting else ""
    )
    return door.report(whereabouts(fault), "", remedy, 5 if door.acting else 1)
