"""The page about `troth review` says what the code says, and its snippets for CI run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from doc_pages import ROOT, blocks, page

from troth.evidence.review.kinds import KINDS

sys.path.insert(0, str(ROOT / "tests" / "review"))
from review_world import BASE, Repository, edited, told

PAGE = page("review.md")
HUB, LAB = (yaml.safe_load(block) for block in blocks(PAGE, "yaml"))
STEPS: list[dict[str, Any]] = HUB["jobs"]["review"]["steps"]
LONGER = edited(
    ("troth.retention.yaml", "column: resolved}\n    keep: 2y", "column: resolved}\n    keep: 3y")
)


def test_each_change_is_told_with_its_level_and_words() -> None:
    rows = re.findall(r"^\| `review\.(V\d{3})` \| (\w+) \| (.+) \|$", PAGE, flags=re.M)
    assert rows == [
        (name, kind.level, re.sub(r"{([a-z]+)}", r"*\1*", kind.message.en)) for name, kind in KINDS.items()
    ]


def test_both_languages_fill_in_the_same_and_only_notes_have_no_remedy() -> None:
    for name, kind in KINDS.items():
        placed = [sorted(set(re.findall(r"{[a-z]+}", words))) for words in kind.message]
        assert placed[0] == placed[1], name
        assert all(kind.hint) is (kind.level != "note"), name


def test_every_change_has_a_case() -> None:
    """No kind of change that nothing shows."""
    cases = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "review").glob("test_*.py")
    )
    assert [name for name in KINDS if name not in cases] == []


def test_the_sentences_shown_are_those_that_are_said(tmp_path: Path) -> None:
    (shown,) = blocks(PAGE, "text")
    known = {"shoe: quantity\n": "shoe: quantity\n          phone2: phone\n"}
    base = {**BASE, "troth.retention.yaml": BASE["troth.retention.yaml"].split("  customers:")[0] + "  tickets:"
            + BASE["troth.retention.yaml"].split("  tickets:")[1]}  # fmt: skip
    base["notice/promises.yaml"] = (
        BASE["notice/promises.yaml"].replace("account, ", "").replace("[account]", "[prose]")
    )
    head = {name: text.replace(*next(iter(known.items()))) for name, text in base.items()}
    head["troth.retention.yaml"] = head["troth.retention.yaml"].replace(
        "resolved}\n    keep: 2y", "resolved}\n    keep: 3y"
    )
    for one in told(tmp_path, base, head):
        for words in (one["id"], one["message"], one["hint"]):
            assert words in shown


# ------------------------------------------------------------------ CI


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A branch that keeps tickets longer, merged as a hosting service does to try it; main has gone on meanwhile."""
    made = Repository(tmp_path / "repo")
    base = made.commit(BASE)
    made.git("switch", "-q", "-c", "branch")
    made.commit(LONGER)
    made.git("switch", "-q", "main")
    made.commit({**BASE, "readme": "main went on"})
    made.git("merge", "-q", "--no-edit", "branch")
    made.git("tag", "left", base)
    return made


def ran(repository: Repository, script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TROTH_")}
    return subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=repository.folder,
        env={**clean, "PATH": path, "TROTH_LANGUAGE": "en", **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.process
@pytest.mark.parametrize(("decided", "code"), [("false", 3), ("true", 0)])
def test_github_actions(decided: str, code: int, repository: Repository) -> None:
    step = STEPS[-1]
    assert "privacy-decided" in step["env"]["DECIDED"]
    assert "labeled" in HUB[True]["pull_request"]["types"]  # YAML 1.1 reads `on` as true
    assert STEPS[0]["with"]["fetch-depth"] == 2
    done = ran(repository, step["run"], DECIDED=decided)
    assert (done.returncode, "review.V040" in done.stdout) == (code, True), done
    repository.git("rm", "-q", "notice/promises.yaml")
    repository.git("commit", "-q", "-m", "broken")
    assert ran(repository, step["run"], DECIDED="true").returncode == 2


@pytest.mark.process
@pytest.mark.parametrize(("labels", "code"), [("", 3), ("ux,privacy-decided", 0)])
def test_gitlab_ci(labels: str, code: int, repository: Repository) -> None:
    script = LAB["privacy"]["script"][-1]
    base = repository.git("rev-parse", "left")
    done = ran(repository, script, CI_MERGE_REQUEST_DIFF_BASE_SHA=base, CI_MERGE_REQUEST_LABELS=labels)
    assert (done.returncode, "review.V040" in done.stdout) == (code, True), done


@pytest.mark.process
def test_the_commands_of_the_page(repository: Repository) -> None:
    """What is staged, and a branch against where it left: main's own changes are not the branch's."""
    repository.git("switch", "-q", "branch")
    merged, staged = blocks(PAGE, "sh")[1].splitlines()
    done = ran(repository, merged.replace("origin/main", "main~1"))
    assert (done.returncode, done.stdout.count("review.V")) == (3, 1), done
    assert ran(repository, staged).returncode == 0
    (repository.folder / "troth.retention.yaml").write_text(BASE["troth.retention.yaml"], encoding="utf-8")
    assert "Nothing changes" in ran(repository, staged).stdout
    repository.git("add", "-A")
    assert "kept 2 years instead of 3 years" in ran(repository, staged).stdout
