"""One process: Starlette answers whether it lives, WhiteNoise gives the files, Django all the rest, under uvicorn."""

from __future__ import annotations

import gc
import signal
import socket
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from troth.terms.errors import UsageError
from troth.workflows import serving
from troth.workflows.jobrun import working
from troth.workflows.mail_round import handed_over

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp

    from troth.workflows.house import House

THREADS = 8
_DOORS = ("site", "portal", "console")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def furnish(house: House) -> None:
    """Makes our own state ready for accounts and sessions; said before it is opened."""
    from troth.web.site.settings import fittings

    apps, more = fittings(house, serving.secret(house))
    serving.furnish(house, apps, more)


def link(house: House, name: str, address: str = "http://127.0.0.1:8000") -> str:
    """The address at which an account sets its password, once, within a day."""
    from troth.web.site.accounts import one_time_link

    return f"{house.settings.address or address}{one_time_link(name)}"


def serve(house: House, host: str, port: int, workers: int, announce: Callable[[str], None]) -> None:
    """Answers, and works off jobs in so many threads, until it is told to end; says its address once it listens.

    Raises UsageError where it may not begin.
    """
    _refuse_in_the_clear(house, host)
    _refuse_links_to_nowhere(house)
    serving.mapped(house)
    with _listen(host, port) as listening:
        house = replace(house, progress=lambda _: None)  # what is under way stands on the pages
        furnish(house)
        serving.prepare(house)
        app = application(house)
        with handed_over(house), working(house, workers):
            _run(house, app, listening, lambda: announce(_address(house, listening)))


def application(house: House) -> ASGIApp:
    """What uvicorn runs; our own state is open by now."""
    from a2wsgi import WSGIMiddleware
    from django.core.wsgi import get_wsgi_application
    from starlette.applications import Starlette
    from starlette.routing import Mount, Route
    from whitenoise import WhiteNoise

    from troth.web.health import healthz, readyz_of
    from troth.web.site.bounds import Bounded
    from troth.web.site.headers import Headers
    from troth.web.site.settings import over_tls

    pages = WhiteNoise(get_wsgi_application(), max_age=600, allow_all_origins=False)
    for folder in static_folders():
        pages.add_files(folder, prefix="static/")
    django: Any = WSGIMiddleware(pages, workers=THREADS)
    routes = [
        Route("/healthz", healthz),
        Route("/readyz", readyz_of(house)),
        Mount("/", app=django),
    ]
    return Headers(Bounded(Starlette(routes=routes)), tls=over_tls(house.settings.address))


def static_folders() -> list[str]:
    """Where files for browsers lie: ours, and the scripts of passkeys."""
    ours = [Path(str(files("troth.web"))) / door / "static" for door in _DOORS]
    theirs = [Path(str(files(f"allauth.{app}"))) / "static" for app in ("account", "mfa")]
    return [str(folder) for folder in (*ours, *theirs) if folder.is_dir()]


def _run(house: House, app: ASGIApp, listening: socket.socket, begun: Callable[[], None]) -> None:
    import uvicorn

    from troth.web.prompt import MOST, Prompt
    from troth.workflows.lines import to_stderr

    to_stderr()
    config = uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, date_header=True, lifespan="off",
        proxy_headers=bool(house.settings.proxy), forwarded_allow_ips=house.settings.proxy or None,
        timeout_keep_alive=5, timeout_graceful_shutdown=20, limit_concurrency=MOST, h11_max_incomplete_event_size=16_384,
        ws="none", http=Prompt,
    )  # fmt: skip
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(
            told, _ended
        )  # uvicorn ends orderly and then raises it once more, for whoever was there before
    gc.collect()
    gc.freeze()
    begun()
    uvicorn.Server(config).run(sockets=[listening])


def _ended(number: int, frame: object) -> None:
    """The server was told to end and has: what stands around it ends in its own order."""


def _refuse_in_the_clear(house: House, host: str) -> None:
    """Other machines reach us over TLS or not at all: requests name people."""
    from troth.web.site.settings import over_tls

    if host not in _LOOPBACK and not over_tls(house.settings.address):
        raise UsageError(
            "what people write would travel in the clear",
            place=host,
            remedy="Put a proxy with TLS before it and set TROTH_ADDRESS=https://…, or listen on 127.0.0.1.",
        )


def _refuse_links_to_nowhere(house: House) -> None:
    """Letters that leave this machine lead people back to us, so they must know where that is."""
    mail = urlsplit(house.settings.mail)
    if mail.hostname and mail.hostname not in _LOOPBACK and not house.settings.address:
        raise UsageError(
            "letters would carry links that lead nowhere",
            place="TROTH_MAIL",
            remedy="Set TROTH_ADDRESS to where people reach the server, as https://privacy.example.com.",
        )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as fault:
        listening.close()
        raise UsageError(
            f"nobody can be answered here ({fault.strerror})",
            place=f"{host}:{port}",
            remedy="End whoever listens there, or choose another: --port.",
        ) from None
    listening.listen(128)
    return listening


def _address(house: House, listening: socket.socket) -> str:
    """Where it listens, and where people find it if that is elsewhere."""
    host, port = listening.getsockname()[:2]
    here = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    return here if house.settings.address in ("", here) else f"{here} ({house.settings.address})"
