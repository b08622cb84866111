"""A password typed on the command line disappears from the list of processes before anything else happens."""

from __future__ import annotations

import ctypes
import re
import sys
from pathlib import Path

_SECRETS = (
    re.compile(rb"(?<=://)[^\0/?#]*?:([^\0]*)@"),  # user:password@host
    re.compile(rb"(?i)[?&](?:ssl)?(?:password|passwd|pwd|secret|token)=([^&\0]+)"),
)


def secrets_in(line: bytes) -> list[tuple[int, int]]:
    """Where, in arguments parted by zero bytes, passwords of addresses stand: (start, end) of each."""
    return [found.span(1) for pattern in _SECRETS for found in pattern.finditer(line)]


def conceal() -> None:
    """Overwrites them in this process's own arguments, where the system keeps those in its memory (Linux)."""
    if not any("://" in argument for argument in sys.argv):
        return
    try:
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        start, end = int(fields[45]), int(fields[46])  # arg_start, arg_end: proc(5), fields 48 and 49
        line = Path("/proc/self/cmdline").read_bytes()
    except (OSError, ValueError, IndexError):
        return
    if not 0 < start < end or end - start != len(line) or ctypes.string_at(start, len(line)) != line:
        return
    for first, last in secrets_in(line):
        ctypes.memset(start + first, ord("*"), last - first)
