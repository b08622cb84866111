"""What several stories do: wait for a page, ask in the portal, find the case at the desk."""

from __future__ import annotations

import re
import time

from http_visitor import Form, Page, Visitor, forms
from running_server import Served
from story_post import Post


def words(page: Page) -> str:
    """What a page says, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


def until(browser: Visitor, path: str, says: str, seconds: float = 60) -> Page:
    """The page once it says this."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        page = browser.get(path)
        if says in page.text:
            return page
        time.sleep(0.2)
    raise AssertionError(f"{says!r} not in: {words(page)[-3000:]}")


def link_of(sent: Page) -> str:
    found = re.search(r"/(?:da|en)/case/[a-z2-7]+/", sent.text)
    assert found, words(sent)
    return found[0]


def number_of(page: Page) -> str:
    found = re.search(r"\d{4}-\d{4}", page.text)
    assert found, words(page)
    return found[0]


def opened(person: Visitor, link: str, post: Post, to: str) -> Page:
    """The status page, opened with a fresh code from the mail."""
    before = len(post.mails)
    page = person.send(person.get(link), "case", action="send")
    return person.send(page, "case", action="code", code=post.code(to, before))


def case_at(desk: Visitor, number: str) -> str:
    """The address of a case in the console."""
    page = desk.get(f"/console/?number={number}")
    assert page.status == 302, words(page)
    return str(page.header("Location"))


def officer(served: Served, name: str, role: str = "officer") -> Visitor:
    """Somebody signed in, once for all stories."""
    if name not in served.signed:
        served.signed[name] = served.sign_in(name, role)
    return served.signed[name]


def form_with(page: Page, **given: str) -> Form:
    """The form that carries these values already."""
    for form in forms(page.text):
        if given.items() <= form.fields.items():
            return form
    raise AssertionError(f"{given} in no form of: {words(page)[-2000:]}")


def all_posted(desk: Visitor, case: str) -> int:
    """An officer says of each letter that waits that it is in the post; how many."""
    count = 0
    while 'value="posted"' in (page := desk.get(case)).text:
        form = form_with(page, step="posted")
        done = desk.post(form.action, {**form.fields}, follow=True)
        assert done.status == 200, words(done)[:400]
        count += 1
    return count
