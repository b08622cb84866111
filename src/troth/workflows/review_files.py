"""What lies in a revision or a folder: its maps, notices, rules and migrations, laid out as they stood; the working tree is not touched."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from troth.terms.errors import UsageError

MAP, RULES, NOTICE = "troth.map.yaml", "troth.retention.yaml", "notice.yaml"
_OF_A_NOTICE: Final = re.compile(r"(?:notice|promises)\.yaml|[a-z]{2}\.md")
_SQL: Final = re.compile(r"(?i)(?:[VR]\d*[\d._]*__|\d{2,}[_.-]).*\.sql|.*(?:schema|structure)\.sql")
_SQL_IN: Final = frozenset({"migrations", "migration", "migrate", "flyway", "db", "sql", "schema", "ddl"})
_PYTHON_IN: Final = frozenset({"migrations", "versions"})
_NOT_OURS: Final = frozenset(
    {".git", ".venv", ".troth", "node_modules", "site-packages", "tests", "test", "fixtures"}
)
"""Folders of other people's files, and of made-up ones."""
_BACK: Final = re.compile(r"(?i).*[._-]down\.sql|U\d[\d._]*__.*\.sql|.*[._-]rollback\.sql")
LARGEST: Final = 8 * 2**20  # bytes of one file: more is no decision that people wrote
_SECONDS: Final = 120


@dataclass(frozen=True)
class Found:
    """The files of one side by path: their hash, and how to read them; `said` is how the side was called."""

    said: str
    hashes: Mapping[str, str]
    sizes: Mapping[str, int]
    read: Callable[[Iterable[str]], Mapping[str, bytes]]

    def ours(self) -> list[str]:
        """Every map, every rule file, and every part of a notice."""
        folders = {
            str(PurePosixPath(path).parent) for path in self.hashes if PurePosixPath(path).name == NOTICE
        }
        return [
            path
            for path in self.hashes
            if (name := PurePosixPath(path)).name in (MAP, RULES)
            or (str(name.parent) in folders and _OF_A_NOTICE.fullmatch(name.name))
        ]

    def migrations(self) -> list[str]:
        return [path for path in self.hashes if is_migration(path)]


def is_migration(path: str) -> bool:
    """Whether a file's place and name say that it changes a schema, forwards."""
    name, folders = PurePosixPath(path).name, {part.lower() for part in PurePosixPath(path).parts[:-1]}
    if name == "__init__.py":
        return False
    if name.endswith(".sql"):
        return bool(folders & _SQL_IN or _SQL.fullmatch(name)) and not _BACK.fullmatch(name)
    if name.endswith(".py"):
        return bool(folders & _PYTHON_IN)
    return name.endswith(".rb") and "migrate" in folders


def found(base: str, head: str, here: Path) -> tuple[Found, Found]:
    """Both sides, two folders or two revisions of the repository here; raises UsageError for anything else."""
    folders = [name != "" and (here / name).is_dir() for name in (base, head)]
    if all(folders):
        return _folder(here / base, base), _folder(here / head, head)
    _refuse_elsewhere(here, base if not folders[0] else head)
    return _revision(here, base, any(folders)), _revision(here, head, any(folders))


# ------------------------------------------------------------------ folders


def _folder(top: Path, said: str) -> Found:
    hashes, sizes = {}, {}
    for folder, below, names in os.walk(top):
        below[:] = sorted(name for name in below if name not in _NOT_OURS)
        for name in names:
            path = Path(folder, name)
            relative = path.relative_to(top).as_posix()
            if name in (MAP, RULES) or _OF_A_NOTICE.fullmatch(name) or is_migration(relative):
                _refuse_link(path.lstat().st_mode, relative, said)
                with _readable(relative, said), path.open("rb") as content:
                    hashes[relative] = hashlib.file_digest(content, "sha256").hexdigest()
                    sizes[relative] = path.stat().st_size

    def read(paths: Iterable[str]) -> Mapping[str, bytes]:
        contents = {}
        for path in paths:
            with _readable(path, said):
                contents[path] = (top / path).read_bytes()
        return contents

    return Found(said, hashes, sizes, read)


@contextmanager
def _readable(path: str, said: str) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        place = f"{said}:{path}"
        raise UsageError(
            f"this cannot be read: {fault.strerror}", place=place, remedy="See that you may."
        ) from None


def _refuse_link(mode: int, path: str, said: str) -> None:
    """A link shows whatever it names on another machine: nobody would see that it is not what was reviewed."""
    if stat.S_ISLNK(mode):
        raise UsageError(
            "this is a symbolic link", place=f"{said}:{path}", remedy="Put the file itself there."
        )


# ------------------------------------------------------------------ git


def _git(here: Path, *arguments: str, fed: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    program = shutil.which("git")
    if program is None:
        raise UsageError("git is not installed here", place="git", remedy="Install git, or name two folders.")
    try:
        return subprocess.run(  # noqa: S603  (git itself; revisions come after --end-of-options)
            [program, *arguments],
            cwd=here,
            env=environment,
            input=fed,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UsageError(
            "git did not answer", place="git", remedy="Try again, or name two folders."
        ) from None


def _refuse_elsewhere(here: Path, asked: str) -> None:
    """Revisions are those of a repository: raises UsageError where this folder is in none."""
    done = _git(here, "rev-parse", "--git-dir")
    if done.returncode:
        owned = b"dubious ownership" in done.stderr
        why = "belongs to somebody else, and git does not read it" if owned else "is in no git repository"
        remedy = "Go into the repository, or name two folders: troth review OLD NEW."
        raise UsageError(f"this folder {why}", place=asked, remedy=remedy)


def _revision(here: Path, said: str, mixed: bool) -> Found:
    done = _git(here, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{said}^{{tree}}")
    if done.returncode:
        remedy = "Fetch it first: a shallow clone has only its own commit (git fetch --unshallow)."
        if mixed:
            remedy = "Name two revisions, or two folders."
        raise UsageError("git knows no such revision", place=said, remedy=remedy)
    tree = done.stdout.decode().strip()
    listed = _git(here, "ls-tree", "-r", "-l", "-z", "--full-tree", tree)
    if listed.returncode:
        raise UsageError("git cannot list this revision", place=said, remedy="Fetch it again: git fetch.")
    hashes, sizes = {}, {}
    for line in listed.stdout.split(b"\0")[:-1]:
        about, name = line.decode("utf-8", "surrogateescape").split("\t", 1)
        mode, kind, blob, size = about.split()
        parts = set(name.split("/"))
        if kind == "blob" and not parts & _NOT_OURS and ".." not in parts:  # a forged tree may hold `..`
            if PurePosixPath(name).name in (MAP, RULES, NOTICE):
                _refuse_link(int(mode, 8), name, said)
            hashes[name], sizes[name] = blob, int(size)
    return Found(
        said, hashes, sizes, lambda paths: _blobs(here, said, {path: hashes[path] for path in paths})
    )


def _blobs(here: Path, said: str, wanted: Mapping[str, str]) -> Mapping[str, bytes]:
    """The contents by path; all of them in one question."""
    if not wanted:
        return {}
    done = _git(here, "cat-file", "--batch", fed="".join(f"{blob}\n" for blob in wanted.values()).encode())
    contents, at = {}, 0
    for path in wanted:
        end = done.stdout.find(b"\n", at)
        about = done.stdout[at:end].split()
        if done.returncode or end < 0 or len(about) != 3:
            raise UsageError(
                "git lacks a part of this revision", place=f"{said}:{path}", remedy="Fetch it: git fetch."
            )
        size = int(about[2])
        contents[path] = done.stdout[end + 1 : end + 1 + size]
        at = end + 2 + size
    return contents
