"""A disk of ours that is really full (a small file system of its own) stops a run with one sentence, and nothing is lost."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from crash_world import CANARIES, dump
from nursery import Nursery, clean_environment
from reference import ERASE, Reference, finish

pytestmark = pytest.mark.process
SCRIPT = """
mount -t tmpfs -o size=SIZEk tmpfs "$1" || exit 77
home="$1"; shift
"$@"
code=$?
cp -a "$home/." "$OUT"
exit $code
"""


def permitted() -> bool:
    """Whether we may mount a file system of our own: root, or where the kernel lets everybody have a namespace."""
    if not shutil.which("unshare"):
        return False
    tried = ["unshare", "-rm", "sh", "-c", "mount -t tmpfs -o size=64k tmpfs /mnt"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


needs_mount = pytest.mark.skipif(not permitted(), reason="no file system of our own may be mounted here")


@needs_mount
@pytest.mark.parametrize("kilobytes", [120, 800, 2100])
def test_a_full_disk_under_our_state(
    nursery: Nursery, fresh: Callable[[], Path], reference: Reference, kilobytes: int
) -> None:
    folder = fresh()
    (folder / "ours").mkdir()
    environment = clean_environment(
        TROTH_BATCH_SIZE="4", TROTH_HOME=str(folder / "ours" / ".troth"), OUT=str(folder / "kept")
    )
    (folder / "kept").mkdir()
    troth = str(Path(sys.executable).parent / "troth")
    ended = subprocess.run(
        ["unshare", "-rm", "sh", "-c", SCRIPT.replace("SIZE", str(kilobytes)), "sh", str(folder / "ours"), troth, *ERASE],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ended.returncode in (2, 5), (ended.returncode, ended.stderr)
    assert "our own state cannot be" in ended.stderr
    assert "unforeseen" not in ended.stderr
    assert not any(canary in ended.stderr + ended.stdout for canary in CANARIES)
    if ended.returncode == 2:
        assert dump(folder) == reference.before
    if (folder / "kept" / ".troth").exists():
        shutil.move(folder / "kept" / ".troth", folder / ".troth")
    finish(nursery, folder, reference)
