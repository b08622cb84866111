"""Two revisions are read without a checkout; whatever cannot be read is refused, with its place and a remedy."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from review_world import BASE, MAP, Repository, edited, write

LONGER = edited(
    ("troth.retention.yaml", "column: resolved}\n    keep: 2y", "column: resolved}\n    keep: 3y")
)
Ran = subprocess.CompletedProcess[str]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repo")


@pytest.fixture
def troth(repository: Repository) -> Callable[..., Ran]:
    def run(*arguments: str, at: Path | None = None, **environment: str) -> Ran:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("TROTH_")}
        return subprocess.run(
            [sys.executable, "-m", "troth.main", "review", *arguments],
            cwd=at or repository.folder,
            env={**clean, "TROTH_LANGUAGE": "en", **environment},
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


@pytest.mark.process
def test_two_revisions_and_the_working_tree_stays_as_it_is(
    repository: Repository, troth: Callable[..., Ran]
) -> None:
    repository.commit(BASE)
    head = repository.commit(LONGER)
    (repository.folder / "troth.map.yaml").write_text("not a map at all", encoding="utf-8")
    state = repository.git("status", "--porcelain")
    ran = troth("HEAD~1", "HEAD", "--json")
    assert (ran.returncode, ran.stderr) == (3, "")
    (one,) = json.loads(ran.stdout)["changes"]
    assert set(one) == {
        "id",
        "level",
        "system",
        "dataset",
        "column",
        "promise",
        "file",
        "line",
        "message",
        "hint",
    }
    assert (one["id"], one["dataset"], one["file"]) == ("review.V040", "ticket", "troth.retention.yaml")
    assert repository.git("status", "--porcelain") == state
    assert repository.git("rev-parse", "HEAD") == head
    back = troth(head, f"{head}~1")
    assert back.returncode == 0
    assert "kept 2 years instead of 3 years" in back.stdout
    assert "None of it needs a decision" in back.stdout


@pytest.mark.process
def test_nothing_changes_between_a_revision_and_itself(
    repository: Repository, troth: Callable[..., Ran]
) -> None:
    repository.commit(BASE)
    assert json.loads(troth("HEAD", "main", "--json").stdout) == {"changes": []}
    ran = troth("HEAD", "HEAD", TROTH_LANGUAGE="da")
    assert (ran.returncode, ran.stdout) == (0, "Intet ændrer sig for mennesker.\n")


@pytest.mark.process
def test_danish_and_english_tell_the_same(repository: Repository, troth: Callable[..., Ran]) -> None:
    repository.commit(BASE)
    repository.commit(LONGER)
    danish = troth("HEAD~1", "HEAD", TROTH_LANGUAGE="da")
    assert danish.returncode == 3
    assert "advarsel review.V040 troth.retention.yaml:11" in danish.stdout
    assert "crm.ticket gemmes 3 år i stedet for 2 år" in danish.stdout
    assert "1 ændring kræver, at et menneske tager stilling" in danish.stdout


@pytest.mark.process
def test_a_folder_below_the_repository_sees_all_of_it(
    repository: Repository, troth: Callable[..., Ran]
) -> None:
    """In a bare clone too, as machines that only review have it."""
    repository.commit(BASE)
    repository.commit({**LONGER, "deep/readme": "x"})
    assert troth("HEAD~1", "HEAD", at=repository.folder / "deep").returncode == 3
    bare = repository.folder.parent / "bare"
    repository.git("clone", "-q", "--bare", ".", str(bare))
    assert troth("HEAD~1", "HEAD", at=bare).returncode == 3


@pytest.mark.process
def test_two_folders(repository: Repository, troth: Callable[..., Ran], tmp_path: Path) -> None:
    write(tmp_path / "old", BASE)
    write(tmp_path / "new", LONGER)
    ran = troth("old", "new", at=tmp_path)
    assert ran.returncode == 3
    assert "review.V040 troth.retention.yaml:11" in ran.stdout


def refused(ran: Ran, *words: str) -> None:
    assert ran.returncode == 2, ran
    assert len(ran.stderr.splitlines()) == 1
    for word in words:
        assert word in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.process
@pytest.mark.parametrize(
    "revision", ["nowhere", "--output=x", "HEAD:troth.map.yaml", "HEAD~9", "HEAD..HEAD", ""]
)
def test_a_revision_that_is_none(revision: str, repository: Repository, troth: Callable[..., Ran]) -> None:
    repository.commit(BASE)
    refused(troth("--", "HEAD", revision), "git knows no such revision", "shallow")
    refused(troth("--json", "--", revision, "HEAD"), "git knows no such revision")
    assert sorted(path.name for path in repository.folder.iterdir()) == sorted(
        [".git", "notice", "troth.map.yaml", "troth.retention.yaml"]
    )


@pytest.mark.process
def test_no_repository_no_git_and_half_a_folder(
    repository: Repository, troth: Callable[..., Ran], tmp_path: Path
) -> None:
    repository.commit(BASE)
    outside = tmp_path / "outside"
    outside.mkdir()
    nowhere = {"GIT_CEILING_DIRECTORIES": str(tmp_path)}
    refused(troth("HEAD", "HEAD", at=outside, **nowhere), "is in no git repository", "two folders")
    refused(troth("HEAD", "HEAD", PATH=str(outside)), "git is not installed here", "two folders")
    refused(troth("HEAD", "notice"), "git knows no such revision", "two revisions, or two folders")


@pytest.mark.process
def test_what_cannot_be_read_is_not_reviewed(repository: Repository, troth: Callable[..., Ran]) -> None:
    """A map with a fault, rules without a map, a notice without promises, or nothing of ours at all: no green."""
    repository.commit(BASE)
    repository.commit({**BASE, "troth.map.yaml": MAP.replace("phone: phone", "phone: fone")})
    refused(troth("HEAD~1", "HEAD"), "HEAD:troth.map.yaml:15", "unknown category 'fone'")
    refused(troth("HEAD", "HEAD~1"), "HEAD:troth.map.yaml:15")
    repository.commit({name: text for name, text in BASE.items() if name != "troth.map.yaml"})
    refused(troth("main~2", "HEAD"), "HEAD:troth.retention.yaml", "no map lies beside these rules")
    repository.commit({name: text for name, text in BASE.items() if name != "notice/promises.yaml"})
    refused(troth("main~3", "HEAD"), "HEAD:notice/promises.yaml", "a part of the notice is missing")
    repository.commit({"readme": "nothing"})
    refused(troth("HEAD", "HEAD"), "neither side has a data map")
    assert troth("main~4", "HEAD").returncode == 3  # all of it gone is a change


@pytest.mark.process
def test_what_is_made_up_for_tests_is_passed_over(repository: Repository, troth: Callable[..., Ran]) -> None:
    """In a repository and in folders alike."""
    repository.commit(BASE)
    repository.commit(
        {
            **BASE,
            "tests/a/troth.map.yaml": "broken: [",
            "tests/migrations/1.sql": "CREATE TABLE x (email text);",
        }
    )
    ran = troth("HEAD~1", "HEAD")
    assert (ran.returncode, ran.stdout) == (0, "Nothing changes for people.\n")
    write(repository.folder.parent / "old", BASE)
    assert troth("../old", ".").returncode == 0


@pytest.mark.process
def test_a_forged_name_leads_nowhere(repository: Repository, troth: Callable[..., Ran]) -> None:
    """A file is never laid out outside the folder that is made for it."""
    repository.commit(BASE)
    blob = repository.git("hash-object", "-w", "troth.map.yaml")
    inner = b"100644 troth.map.yaml\0" + bytes.fromhex(blob)
    tree = object_of(repository, inner)
    top = object_of(repository, b"40000 ..\0" + bytes.fromhex(tree))
    refused(troth(top, top), "neither side has a data map")
    assert not (repository.folder.parent / "troth.map.yaml").exists()


def object_of(repository: Repository, content: bytes) -> str:
    """A tree that git itself would refuse to make."""
    made = subprocess.run(
        ["git", "hash-object", "-t", "tree", "-w", "--stdin", "--literally"],
        cwd=repository.folder, input=content, capture_output=True, check=True,
    )  # fmt: skip
    return made.stdout.decode().strip()


@pytest.mark.process
def test_a_symbolic_link_is_not_what_was_reviewed(repository: Repository, troth: Callable[..., Ran]) -> None:
    repository.commit(BASE)
    link = repository.folder / "troth.map.yaml"
    link.unlink()
    link.symlink_to("/etc/hostname")
    repository.git("add", "-A")
    repository.git("commit", "-q", "-m", "link")
    refused(troth("HEAD~1", "HEAD"), "HEAD:troth.map.yaml", "symbolic link")


@pytest.mark.process
def test_a_password_in_a_map_is_never_repeated(repository: Repository, troth: Callable[..., Ran]) -> None:
    repository.commit(BASE)
    repository.commit(edited(("troth.map.yaml", "postgresql://db/crm", "postgresql://a:hunter2@db/crm")))
    ran = troth("HEAD~1", "HEAD")
    refused(ran, "holds a password")
    assert "hunter2" not in ran.stdout + ran.stderr
