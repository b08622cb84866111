"""The pages hold together: links resolve, the README's transcript is the demo's, nothing of a machine stands in them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from doc_pages import DOCS, PAGES, ROOT, blocks, page, sections

from demo_run import masked, played

REGISTRIES = [
    ("py", "pi.org"), ("python", "hosted"), ("npm", "js"), ("crates", ".io"), ("docker", ".io"), ("ghcr", ".io"),
    ("registry", "."), ("proxy", ".golang"),
]  # fmt: skip
"""In two parts, for no committed file may name a registry's host, and this is one."""
HOSTS = re.compile("|".join(re.escape("".join(parts)) for parts in REGISTRIES))
PLACES = re.compile(r"(?<![\w.@:/])/(?:work|tmp|home|root|Users|mnt|opt)/")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_between_pages_resolve(path: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
    for target in targets:
        assert target.startswith("https://c2sp.org/") or (path.parent / target).exists(), target


@pytest.mark.parametrize("path", [*PAGES, ROOT / "Makefile", DOCS / "house.svg"], ids=lambda path: path.name)
def test_no_registry_and_no_place_of_a_machine_stands_in_a_page(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not HOSTS.search(text)
    assert not PLACES.search(text)


def test_these_checks_can_find_what_they_look_for() -> None:
    for parts in REGISTRIES:
        assert HOSTS.search(f"see https://{''.join(parts)}/simple")
    assert PLACES.search("in /home/alma/file")


def test_each_page_is_reached_from_the_readme() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        path = waiting.pop()
        if path in reached or path.suffix != ".md":
            continue
        reached.add(path)
        for target in re.findall(r"\]\(([^)#\s:]+)\)", path.read_text(encoding="utf-8")):
            waiting.append((path.parent / target).resolve())
    assert set(DOCS.glob("*.md")) <= reached


# ------------------------------------------------------------------ the README


def test_the_readme_is_one_screen_and_begins_with_the_two_commands() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 70
    commands = [line.split("#")[0].strip() for line in lines if line.startswith("make ")]
    assert commands == ["make demo", "make test"]
    assert all(any(line.startswith(command) for line in lines[:8]) for command in commands)


def test_the_readmes_transcript_is_what_the_demo_says() -> None:
    """Line by line, ids masked; where a line is broken is the terminal's business."""
    (transcript,) = blocks((ROOT / "README.md").read_text(encoding="utf-8"), "text")
    said = " ".join(masked(line) for line in played().story.splitlines()).split()
    lines = re.sub(r"\n {12,}", " ", transcript).splitlines()
    told = [masked(line).split() for line in lines if line.strip()]
    assert len(told) > 12
    assert [" ".join(words) for words in told if f" {' '.join(words)} " not in f" {' '.join(said)} "] == []


def test_the_readme_says_what_troth_is_not() -> None:
    text = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    for words in ("did not search", "neither legal advice nor a claim", "coming"):
        assert words in text
    for reader in ("officer", "engineer", "auditor"):
        assert text.count(f"docs/guide-{reader}.md") == 2  # the words and the address of one link


# ------------------------------------------------------------------ the guides


def test_the_danish_guide_follows_the_english_one() -> None:
    english, danish = sections(page("guide-officer.md")), sections(page("guide-officer.da.md"))
    assert len(english) == len(danish) > 5
    for a, b in zip(english.values(), danish.values(), strict=True):
        named = [set(re.findall(r"`(troth [a-z-]+|[a-z]+\.Q\d{3}|--[a-z-]+)", text)) for text in (a, b)]
        assert named[0] == named[1]


def check(tmp_path: Path, certificate: dict[str, object], key: str) -> subprocess.CompletedProcess[str]:
    """Runs the auditor's own program, in a Python that cannot see Troth."""
    (program,) = blocks(page("guide-auditor.md"), "python")
    (tmp_path / "check.py").write_text(program, encoding="utf-8")
    (tmp_path / "cert.json").write_text(json.dumps(certificate), encoding="utf-8")
    command = [sys.executable, "-I", "check.py", "cert.json", key]
    return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)


def test_the_auditors_program_agrees_without_troth(tmp_path: Path) -> None:
    demo = played()
    (program,) = blocks(page("guide-auditor.md"), "python")
    assert "troth" not in program
    assert len(program.splitlines()) < 45
    key = (demo.folder / ".troth" / "troth.pub").read_text(encoding="utf-8")
    ran = check(tmp_path, demo.certificate(), key)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith("holds: entry ")


@pytest.mark.parametrize("what", ["outcome", "leaf", "salt", "path", "root", "signature", "key"])
def test_the_auditors_program_refuses_what_was_changed(what: str, tmp_path: Path) -> None:
    demo = played()
    certificate = demo.certificate()
    key = (demo.folder / ".troth" / "troth.pub").read_text(encoding="utf-8")
    proof = certificate["proof"]
    lines = proof["tlog_proof"].split("\n")
    if what == "outcome":
        certificate["outcome"] = "erased"
    elif what in ("leaf", "salt"):
        proof[what] = _other(proof[what])
    elif what == "key":
        name, digest, data = key.strip().split("+", 2)
        key = f"{name}+{digest}+{data[:6]}{_other(data[6:])}"
    else:
        at = {"path": 2, "root": lines.index("") + 3, "signature": len(lines) - 2}[what]
        head, _, tail = lines[at].rpartition(" ")
        lines[at] = f"{head} {tail[:12]}{_other(tail[12:])}".strip() if head else _other(tail)
        proof["tlog_proof"] = "\n".join(lines)
    assert check(tmp_path, certificate, key).returncode != 0


def _other(text: str) -> str:
    """The same length, another first letter."""
    return ("B" if text[0] == "A" else "A") + text[1:]


def test_the_design_tells_the_order_that_is_enforced() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(c for c in contracts if c["id"] == "direction")["layers"]
    enforced = " > ".join(re.sub(r"[()]", "", layer) for layer in layers)
    told = " ".join(page("design.md").split())

    def rooms(text: str) -> list[set[str]]:
        return [set(re.findall(r"\w+", part)) for part in text.split(">")]

    shown = re.search(r"`(main > [^`]+)`", told)
    assert shown is not None
    assert rooms(shown[1]) == rooms(enforced)


def test_each_decision_is_dated() -> None:
    headings = list(sections(page("design.md")))
    assert len(headings) > 10
    assert all(re.search(r"\(20\d\d-\d\d-\d\d\)$", heading) for heading in headings)
