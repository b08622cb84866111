"""A hundred thousand rows are exported in bounded memory and in seconds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = r"""
import re, sys, time
from datetime import UTC, datetime
from pathlib import Path
from troth.documents.export import DatasetInfo, ExportWriter, FieldInfo

started = time.perf_counter()
names = {"id": "key", "name": "full_name", "body": "free_text", "at": "date", "total": "amount"}
fields = tuple(FieldInfo(name, category) for name, category in names.items())
at = datetime(2026, 11, 22, tzinfo=UTC)
with ExportWriter(Path(sys.argv[1]), about=[], issued=at, controller="us", not_searched=[], questions=[]) as out:
    out.dataset(DatasetInfo("shop", "orders", "owns", fields, "To deliver.", 100_000))
    for i in range(100_000):
        cells = {"id": i, "name": "Alice Kjær", "body": f"Hej {i} & <b>farvel</b>", "at": at, "total": i}
        out.row({"id": i}, cells, "owns")
peak = re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())  # getrusage counts the parent's too
print(time.perf_counter() - started, int(peak[1]) / 1024)
"""


def test_a_hundred_thousand_rows_fit_in_little_memory(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, str(tmp_path / "out")]
    seconds, megabytes = map(
        float, subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    )
    assert seconds < 15
    assert megabytes < 100, "the bound asked for is 300"
    pages = list((tmp_path / "out" / "pages").iterdir())
    assert len(pages) == 200
    assert max(page.stat().st_size for page in pages) < 1_000_000
