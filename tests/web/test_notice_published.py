"""The real server shows strangers what the notice promises to show them, and gives them what it takes to check it alone."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from running_server import Served

from troth.main import make_house
from troth.terms.errors import UsageError
from troth.workflows import checks_published
from troth.workflows.checks import notice_of
from troth.workflows.checks_published import PAGES, shown
from troth.workflows.handed_out import verify_other


@pytest.fixture(scope="module")
def tested(served: Served) -> Served:
    """The server once its log was signed: a check signs it."""
    served.troth("check", "P167")
    return served


def commands(text: str) -> list[str]:
    found = re.search(r'<pre[^>]*aria-labelledby="commands"[^>]*>(.*?)</pre>', text, flags=re.S)
    assert found
    return unescape(found[1]).splitlines()


def test_every_open_page_has_both_links_and_the_notice_its_words(served: Served) -> None:
    house = make_house(served.folder / "troth.map.yaml", lambda _: None)
    house = replace(house, settings=replace(house.settings, address=served.base))
    found = shown(house, notice_of(house))
    assert (found.why, found.shut, found.bare, found.missing) == (None, (), (), ())
    assert found.pages == 2 * len(PAGES)


def test_the_day_stands_where_the_check_looks_for_it(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    house = make_house(served.folder / "troth.map.yaml", lambda _: None)
    house = replace(house, settings=replace(house.settings, address=served.base))
    notice = notice_of(house)
    assert notice.effective is not None
    for held, undated in ((notice, ()), (replace(notice, effective=date(2027, 1, 11)), ("da", "en"))):
        monkeypatch.setattr(checks_published, "_in_force", lambda *_, held=held: ("1", held))
        found = shown(house, notice)
        assert (found.why, found.undated) == (None, undated)


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_commands_on_the_page_are_all_it_takes(tested: Served, tmp_path: Path, language: str) -> None:
    stranger = tested.visitor(language)
    fetch, check, again, grown = commands(stranger.get(f"/{language}/notice/").text)
    place = f"/{language}/notice/signed.json"
    assert fetch.endswith(place)
    assert again.endswith(f'{place}"')
    page = stranger.get(place)
    assert page.header("Content-Disposition") == 'attachment; filename="notice.json"'
    file = tmp_path / "notice.json"
    file.write_bytes(page.body)
    pinned = check.partition('--key "')[2].rstrip('"')
    assert grown == f'troth verify later.json --since notice.json --key "{pinned}"'
    told = verify_other(file, pinned)
    assert told is not None
    assert told["signer"] == pinned.partition("+")[0]
    assert verify_other(file, pinned, file)["grown"] == 0  # type: ignore[index]
    assert json.loads(page.body)["statement"]["language"] == language


def test_what_stands_after_the_address_is_a_size_or_nothing(tested: Served, tmp_path: Path) -> None:
    stranger, file = tested.visitor(), tmp_path / "notice.json"
    file.write_bytes(stranger.get("/en/notice/signed.json").body)
    size = verify_other(file, None)["of"]  # type: ignore[index]
    for since in ("", "0", "-1", "x", "9" * 40, str(size + 10_000), "1;2"):
        page = stranger.get(f"/en/notice/signed.json?since={since}")
        assert page.status == 200, since
        assert "grown" not in json.loads(page.body), since
    grown = json.loads(stranger.get(f"/en/notice/signed.json?since={size - 1}").body)["grown"]
    assert grown["from"] == size - 1


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "other.json"
    file.write_text("{}", encoding="utf-8")
    assert verify_other(file, None) is None
    with pytest.raises(UsageError, match="only signed notices"):
        verify_other(file, None, file)


def test_a_page_is_about_nobody(tested: Served, tmp_path: Path) -> None:
    file = tmp_path / "notice.json"
    file.write_bytes(tested.visitor().get("/en/notice/signed.json").body)
    with pytest.raises(UsageError, match="only a certificate is about somebody"):
        verify_other(file, None, about="alma@vindheim.example")
