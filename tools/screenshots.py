"""Draws the pages of the docs anew: `python tools/screenshots.py`, with playwright and a Chromium on the machine.

It serves the example company on loopback, asks as an invented person, and writes small PNG files into docs/images.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

IMAGES = Path(__file__).parents[1] / "docs" / "images"
TROTH = str(Path(sys.executable).with_name("troth"))
CHROMIUM = "/usr/bin/chromium"
ON = "main form .actions button:not(.second)"
WIDTH, HEIGHT = 720, 640


def serve(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """The example company on a free port, and its address."""
    log = folder / "log"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TROTH_")}
    with log.open("wb") as err:
        process = subprocess.Popen(
            [TROTH, "serve", "--port", "0", "--example", "--data", str(folder / "company")],
            env={**kept, "TROTH_LANGUAGE": "en", "TROTH_SECOND_FACTOR": "none"},
            cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=err,
        )  # fmt: skip
    for _ in range(600):
        if found := re.search(r"(http://127\.0\.0\.1:\d+)", log.read_text(encoding="utf-8")):
            return process, found[1]
        time.sleep(0.05)
    raise SystemExit(log.read_text(encoding="utf-8"))


def draw(page: Any, shot: Callable[[str], None]) -> None:
    """The pages in the order in which a person meets them."""
    page.goto("/en/")
    shot("portal-home")
    page.click("button[value=delete]")
    page.check("input[value=DK]")
    page.click(ON)
    page.fill("input[name=name]", "Signe Holt")
    page.fill("input[name=email]", "signe@havgry.example")
    page.check("input[name=agent][value=no]")
    page.click(ON)
    shot("portal-check")
    page.click(ON)
    shot("portal-sent")
    page.click("main a.button")
    shot("portal-link")
    page.goto("/en/notice/")
    page.locator("details").nth(1).evaluate("one => one.open = true")
    shot("portal-notice")


def draw_console(page: Any, folder: Path, shot: Callable[[str], None]) -> None:
    """The desk of an officer who has just been given an account: a request typed in, shown to be a person's, and planned."""
    made = subprocess.run(
        [TROTH, "staff", "add", "astrid", "--role", "officer"], cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    link = re.search(r"(/console/account/\S+)", made.stdout)
    if link is None:
        raise SystemExit(made.stdout)
    page.goto(link[1])
    for name in ("password1", "password2"):
        page.fill(f"input[name={name}]", "nine lanterns over the fjord")
    page.click("main form button")
    page.goto("/console/account/login/")
    page.fill("input[name=login]", "astrid")
    page.fill("input[name=password]", "nine lanterns over the fjord")
    page.click("main form button")
    page.goto("/console/type-in/")
    page.check("input[value=erasure]")
    page.select_option("select[name=channel]", "letter")
    page.fill("input[name=name]", "Rikke Thorsager")
    page.click("main form .actions button")
    case = page.url
    wait(page, case, "acknowledgement.html")
    page.locator("details", has=page.locator("#v-how")).evaluate("one => one.open = true")
    page.fill("#v-proven", "rikke.thorsager@example.com")
    page.fill("#v-how", "She showed her passport.")
    page.click("form:has(#v-how) button")
    wait(page, case, "crm.contact")
    page.click("form:has(input[value=propose]) button")
    page.locator("#h-plan").scroll_into_view_if_needed()
    shot("console-plan")
    page.goto("/console/")
    shot("console-inbox")
    page.goto("/console/map/")
    shot("console-map")


def wait(page: Any, path: str, says: str) -> None:
    """Until the work that a page waits for is done."""
    for _ in range(300):
        page.goto(path)
        if says in page.content():
            return
        time.sleep(0.2)
    raise SystemExit(f"{says} never came")


def main() -> None:
    from playwright.sync_api import sync_playwright

    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        process, base = serve(Path(folder))
        try:
            subprocess.run(
                [TROTH, "check"],
                cwd=Path(folder) / "company",
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
            )
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
                page = browser.new_page(base_url=base, viewport={"width": WIDTH, "height": HEIGHT})

                def shot(name: str) -> None:
                    page.screenshot(path=IMAGES / f"{name}.png")

                draw(page, shot)
                page.set_viewport_size({"width": 1000, "height": 760})
                draw_console(page, Path(folder) / "company", shot)
                browser.close()
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


if __name__ == "__main__":
    main()
