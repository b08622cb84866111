"""Somebody at a browser without a script: keeps cookies by path, follows redirects when told, sends forms as pages make them."""

from __future__ import annotations

import http.client
import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit


@dataclass(frozen=True)
class Page:
    """One answer."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    def header(self, name: str) -> str | None:
        found = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(found) if found else None

    @property
    def title(self) -> str:
        found = re.search(r"<title>(.*?)</title>", self.text, flags=re.S)
        return unescape(" ".join(found[1].split())) if found else ""

    def form(self, action: str = "") -> Form:
        """The first form whose action holds these characters."""
        return next(form for form in forms(self.text) if action in form.action)


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._open: Form | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get").lower())
            self.found.append(self._open)
        elif self._open is not None and tag == "input" and given.get("name"):
            unchosen = given.get("type") in ("checkbox", "radio") and "checked" not in given
            self._open.fields |= {} if unchosen else {given["name"]: given.get("value", "")}

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None


def forms(text: str) -> list[Form]:
    parser = _Forms()
    parser.feed(text)
    return parser.found


@dataclass
class Visitor:
    """One browser at one server (`base`, as http://127.0.0.1:8000)."""

    base: str
    language: str = "en"
    cookies: dict[str, tuple[str, str]] = field(default_factory=dict)  # name -> value, path
    source: str = ""  # the address they come from, of loopback

    def get(self, path: str, follow: bool = False, **headers: str) -> Page:
        return self.ask("GET", path, follow=follow, headers=headers)

    def post(
        self, path: str, fields: dict[str, str | list[str]], follow: bool = False, **headers: str
    ) -> Page:
        """Sends a form as a page of this server would; a header given as "" is left out."""
        sent = {
            "Content-Type": "application/x-www-form-urlencoded", "Origin": self.base, "Sec-Fetch-Site": "same-origin",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }  # fmt: skip
        return self.ask(
            "POST", path, urlencode(fields, doseq=True).encode(), follow, {k: v for k, v in sent.items() if v}
        )

    def send(self, page: Page, at: str = "", /, follow: bool = False, **fields: str | list[str]) -> Page:
        """Fills in a form of a page and sends it."""
        form = page.form(at)
        assert form.method == "post", form
        return self.post(
            urljoin(page.url, form.action) if form.action else page.url, {**form.fields, **fields}, follow
        )

    def upload(
        self, page: Page, at: str, file: tuple[str, str, bytes], named: str = "permission", /, **fields: str
    ) -> Page:
        """Fills in a form of a page and sends it with a file: its name, its type, what is in it."""
        form, mark = page.form(at), "kanarieskel"
        parts = [f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
                 for key, value in {**form.fields, **fields}.items() if key != named]  # fmt: skip
        head = f'--{mark}\r\nContent-Disposition: form-data; name="{named}"; filename="{file[0]}"\r\nContent-Type: {file[1]}\r\n\r\n'
        body = b"".join(parts) + head.encode() + file[2] + f"\r\n--{mark}--\r\n".encode()
        sent = {
            "Content-Type": f"multipart/form-data; boundary={mark}",
            "Origin": self.base,
            "Sec-Fetch-Site": "same-origin",
        }
        return self.ask("POST", urljoin(page.url, form.action), body, headers=sent)

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        follow: bool = False,
        headers: dict[str, str] | None = None,
    ) -> Page:
        """One request; with `follow`, on to where redirects lead."""
        url = urlsplit(urljoin(self.base, path))
        line = http.client.HTTPConnection(
            urlsplit(self.base).netloc, timeout=20, source_address=(self.source, 0) if self.source else None
        )
        given = {
            "Accept-Language": self.language,
            **{k.replace("_", "-"): v for k, v in (headers or {}).items()},
        }
        mine = "; ".join(
            f"{name}={value}" for name, (value, at) in self.cookies.items() if url.path.startswith(at)
        )
        if mine:
            given["Cookie"] = mine
        target = url.path + (f"?{url.query}" if url.query else "")
        line.request(method, target, body=body, headers=given)
        answer = line.getresponse()
        page = Page(target, answer.status, tuple(answer.getheaders()), answer.read())
        line.close()
        self._keep(page)
        if follow and page.status in (301, 302, 303) and (there := page.header("Location")):
            return self.ask("GET", urljoin(page.url, there), follow=True)
        return page

    def _keep(self, page: Page) -> None:
        for name, value in page.headers:
            if name.lower() == "set-cookie":
                for key, morsel in SimpleCookie(value).items():
                    if morsel["max-age"] == "0" or not morsel.value:
                        self.cookies.pop(key, None)
                    else:
                        self.cookies[key] = (morsel.value, morsel["path"] or "/")
