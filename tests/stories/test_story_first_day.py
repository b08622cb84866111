"""Whoever tries it for the first time finds a desk in the middle of its day, and can read what people were written."""

from __future__ import annotations

import re
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from re import Match

from http_visitor import Visitor
from running_server import PASSWORD, TROTH, kept_environment

from troth.example.requests import APPROVER, WISHES


@contextmanager
def served(folder: Path, port: int) -> Iterator[Path]:
    """The example company, served for the first time or again; the log of this start."""
    log = folder / f"log{len(list(folder.glob('log*')))}"
    with log.open("wb") as err:
        process = subprocess.Popen(
            [TROTH, "serve", "--example", "--port", str(port)], cwd=folder, env=kept_environment(),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=err,
        )  # fmt: skip
    try:
        yield log
    finally:
        process.terminate()
        assert process.wait(timeout=30) == 0


def link_for(name: str, log: Path) -> str:
    return _until(lambda: re.search(rf"{name} .*(http://\S+)", log.read_text(encoding="utf-8")))[1]


def cases(page: str) -> set[str]:
    return set(re.findall(r"/console/case/([0-9a-f-]{36})/", page))


def test_the_first_start_of_the_example(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    with served(tmp_path, port) as log:
        link = link_for("olga", log)
        olga = Visitor(f"http://127.0.0.1:{port}", "en")
        form = olga.get(link.removeprefix(olga.base), follow=True)
        olga.send(form, "password", password1=PASSWORD, password2=PASSWORD, follow=True)
        olga.send(olga.get("/console/account/login/"), "account/login", login="olga", password=PASSWORD)
        _until(
            lambda: re.search(r'id="P198"><summary><span class="light kept"', olga.get("/en/notice/").text)
        )
        inbox = olga.get("/console/").text
        assert len(cases(inbox)) == len(WISHES)
        assert inbox.count("Answered") == 3, "one stopped, one got a copy, one was erased"
        mails = [
            message_from_bytes(one.read_bytes(), policy=default)
            for one in (tmp_path / "troth-example/mails").iterdir()
        ]
        assert any(f"http://127.0.0.1:{port}/" in mail.get_body(("plain",)).get_content() for mail in mails)  # type: ignore[union-attr]
    with served(tmp_path, port) as log:
        assert link_for(APPROVER, log), "who has set no password yet is shown the way again"
        assert "olga" not in log.read_text(encoding="utf-8")
        assert cases(olga.get("/console/").text) == cases(inbox), "the morning was once"
    subprocess.run(
        [TROTH, "staff", "remove", APPROVER], cwd=tmp_path / "troth-example", env=kept_environment(), check=True,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    with served(tmp_path, port) as log:
        _until(lambda: re.search(r"http://127\.0\.0\.1", log.read_text(encoding="utf-8")))
        assert olga.get("/console/").status == 200
        assert APPROVER not in log.read_text(encoding="utf-8"), "who was let go does not come back"


def _until(look: Callable[[], Match[str] | None]) -> Match[str]:
    for _ in range(600):
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError("it never came")
