"""A small OpenID Connect provider for tests: it vouches for whomever the test names, and can be told to lie."""

from __future__ import annotations

import json
import secrets
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

if TYPE_CHECKING:
    from collections.abc import Iterator


def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)


@dataclass
class Provider:
    """Who is at its keyboard (`sub`), and what it is told to lie about."""

    base: str = ""
    sub: str = "vera-at-work"
    lies: dict[str, str] = field(default_factory=dict)
    key: rsa.RSAPrivateKey = field(default_factory=_key)
    asked: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def token(self, request: dict[str, str]) -> str:
        now = int(time.time())
        told = {
            "iss": self.lies.get("issuer", self.base),
            "aud": self.lies.get("audience", "troth"),
            "sub": self.sub,
            "iat": now,
            "exp": now + 60,
        }
        if "nonce" in request:
            told["nonce"] = request["nonce"]
        return jwt.encode(told, self.key, algorithm="RS256", headers={"kid": "one"})

    def answer(self, path: str, given: dict[str, str]) -> tuple[int, dict[str, Any] | str]:
        """A status, and an object or where to go."""
        if path == "/.well-known/openid-configuration":
            names = {
                "authorization_endpoint": "authorize",
                "token_endpoint": "token",
                "jwks_uri": "keys",
                "userinfo_endpoint": "me",
            }
            return 200, {"issuer": self.base, **{name: f"{self.base}/{at}" for name, at in names.items()}}
        if path == "/authorize":
            code = secrets.token_hex(8)
            self.codes[code] = given
            self.asked.append(given)
            return 302, f"{given['redirect_uri']}?{urlencode({'code': code, 'state': given['state']})}"
        if path == "/token":
            request = self.codes.pop(given["code"])
            return 200, {"access_token": "a", "token_type": "Bearer", "id_token": self.token(request)}
        if path == "/keys":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
            return 200, {"keys": [{**public, "kid": "one", "alg": "RS256", "use": "sig"}]}
        return 200, {"sub": self.sub}


@contextmanager
def provider() -> Iterator[Provider]:
    """Answers on loopback until the end of the block."""
    one = Provider()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            self._give(*one.answer(url.path, _flat(url.query)))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._give(*one.answer(urlsplit(self.path).path, _flat(body)))

        def _give(self, status: int, told: dict[str, Any] | str) -> None:
            self.send_response(status)
            body = b"" if isinstance(told, str) else json.dumps(told).encode()
            self.send_header(
                *(("Location", told) if isinstance(told, str) else ("Content-Type", "application/json"))
            )
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    one.base = f"http://127.0.0.1:{server.server_port}"
    hand = threading.Thread(target=server.serve_forever, daemon=True)
    hand.start()
    try:
        yield one
    finally:
        server.shutdown()
        server.server_close()
        hand.join()


def _flat(text: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text).items()}
