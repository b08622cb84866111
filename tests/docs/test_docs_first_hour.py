"""The officer's first hour, in both languages: files are written and commands typed as the page says, on the example's databases."""

from __future__ import annotations

import re
import shlex
from importlib.resources import files
from pathlib import Path

import pytest
from doc_pages import blocks, page, sections

from demo_run import troth
from troth.cli.words import Words
from troth.example import build

pytestmark = pytest.mark.process
PAGES = {"en": "first-hour.md", "da": "first-hour.da.md"}
SIGNS = {"P5": "+", "P9": "!", "P10": "o"}
"""How three of the ten stand at the end: the rules have run, nobody registered a backup, a person has spoken."""


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """What an engineer has made before the second half: databases, their map, their rules."""
    build(tmp_path, people=60)
    for name in ("troth.map.yaml", "troth.retention.yaml"):
        text = files("troth.example").joinpath(name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / ".troth").mkdir(mode=0o700)
    return tmp_path


def typed(text: str) -> list[tuple[list[str], int]]:
    """Each `troth` command with the exit code that the page gives, 0 where it gives none."""
    lines = [line for block in blocks(text, "sh") for line in block.splitlines() if line.startswith("troth ")]
    cron = re.search(r"^[\d*/ ]+ cd /srv/privacy && (troth due)$", text, flags=re.M)
    assert cron
    ends = [re.search(r"# exit (\d)", line) for line in lines]
    return [
        (shlex.split(line, comments=True)[1:], int(end[1]) if end else 0)
        for line, end in zip(lines, ends, strict=True)
    ]


@pytest.mark.parametrize("language", PAGES)
def test_the_hour_goes_as_the_page_says(language: str, company: Path) -> None:
    text = page(PAGES[language])
    facts, promises = blocks(text, "yaml")
    (words,) = blocks(text, "markdown")
    (company / "notice").mkdir()
    for name, content in (("notice.yaml", facts), ("promises.yaml", promises), (f"{language}.md", words)):
        assert f"`notice/{name}`" in text
        (company / "notice" / name).write_text(content, encoding="utf-8")
    (company / "privacy.md").write_text(re.sub(r" \{.*\}", "", words), encoding="utf-8")
    commands = typed(text)
    assert len(commands) == 9
    for arguments, code in commands:
        ran = troth(*arguments, cwd=company, TROTH_LANGUAGE=language)
        assert ran.returncode == code, (arguments, ran.stdout, ran.stderr)
    assert (company / "promises.html").is_file()
    shown = troth("status", cwd=company, TROTH_LANGUAGE=language).stdout
    lights = {name: re.search(rf"^(.) .*\({name}\)$", shown, flags=re.M) for name in SIGNS}
    assert {name: found and found[1] for name, found in lights.items()} == SIGNS


def test_both_languages_bind_the_same_ten_and_type_the_same() -> None:
    english, danish = (page(name) for name in PAGES.values())
    assert len(sections(english)) == len(sections(danish)) == 8
    bound = [re.findall(r"\{(P\d+)\}", blocks(text, "markdown")[0]) for text in (english, danish)]
    assert bound[0] == bound[1] == [f"P{number}" for number in range(1, 11)]
    said = [[(a[:2], code) for a, code in typed(text)] for text in (english, danish)]
    assert said[0] == said[1]
    controls = [re.findall(r"control: \{name: ([\w-]+)", text) for text in (english, danish)]
    assert controls[0] == controls[1]
    assert len(controls[0]) == 10


@pytest.mark.parametrize("language", PAGES)
def test_each_light_is_called_as_the_command_calls_it(language: str) -> None:
    told = re.findall(r"^\| (\w+) \| .+ \|$", page(PAGES[language]), flags=re.M)[1:]
    words = Words(language)
    assert told == [words(f"light_{light}") for light in ("kept", "stale", "broken", "attested", "unbound")]
