"""How a SQLite file is protected, as far as a file can tell: it crosses no network, knows no roles, and its bytes are plain."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path

from troth.evidence.facts import Isolation, Protection, Reach, Readable


def writable(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


class Protected:
    """What an opened file says of itself."""

    path: Path

    def protection(self) -> Protection:
        """Whether its modes, and those of its folder, let everyone read it; the rest a file cannot tell."""
        file, folder = self.path.stat(), self.path.resolve().parent.stat()
        return Protection(
            network=False,
            others_read=bool(file.st_mode & stat.S_IROTH and folder.st_mode & stat.S_IXOTH),
            why={
                "at_rest": "a SQLite file is plain, and cannot tell whether its disk is encrypted",
                "keys": "a file has no key of its own",
            },
        )

    def reach(self, role: str, forbidden: Sequence[Readable]) -> Reach:
        """A file has no roles: whoever may read it reads all of it."""
        return Reach(False, "a SQLite file has no roles")

    def isolation(self, role: str, tenants: Mapping[str, str]) -> Isolation:
        return Isolation(False, "a SQLite file has no roles")
