"""A FAKE mailbox: as much of an IMAP server as we speak (LOGIN, SELECT, UID SEARCH, FETCH, STORE), since none can be had here.

It stands in for a real one and is no proof that every real one answers so.
"""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

PASSWORD = "hunter2-imap"


@dataclass
class FakeMailbox:
    """Mails by uid, each with its flags; `said` is every command but the password."""

    mails: dict[int, bytes] = field(default_factory=dict)
    flags: dict[int, set[str]] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    came: str = "28-Feb-2026 08:00:00 +0000"
    port: int = 0

    def put(self, *raws: bytes) -> None:
        for raw in raws:
            self.mails[len(self.mails) + 1] = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")

    def seen(self) -> set[int]:
        return {uid for uid, flags in self.flags.items() if "\\Seen" in flags}

    def answer(self, line: str) -> tuple[list[bytes], str]:
        """The untagged answers to a command, and how it ends."""
        word, _, rest = line.partition(" ")
        if word.upper() == "LOGIN":
            return [], "OK" if rest.split()[-1].strip('"') == PASSWORD else "NO"
        self.said.append(line)
        if word.upper() == "CAPABILITY":
            return [b"* CAPABILITY IMAP4rev1"], "OK"
        if word.upper() == "SELECT":
            return [
                b"* %d EXISTS" % len(self.mails),
                b"* OK [UIDVALIDITY 1] ok",
            ], "OK" if rest == '"INBOX"' else "NO"
        if word.upper() == "LOGOUT":
            return [b"* BYE"], "OK"
        return self.uid(rest)

    def uid(self, rest: str) -> tuple[list[bytes], str]:
        word, _, what = rest.partition(" ")
        if word.upper() == "SEARCH":
            return [
                b"* SEARCH " + " ".join(str(uid) for uid in self.mails if uid not in self.seen()).encode()
            ], "OK"
        number, _, items = what.partition(" ")
        uid = int(number)
        if uid not in self.mails:
            return [], "OK"
        if word.upper() == "STORE":
            self.flags.setdefault(uid, set()).update(re.findall(r"\\\w+", items))
            return [b"* %d FETCH (UID %d FLAGS (\\Seen))" % (uid, uid)], "OK"
        raw = self.mails[uid]
        if "RFC822.SIZE" in items:
            return [b"* %d FETCH (UID %d RFC822.SIZE %d)" % (uid, uid, len(raw))], "OK"
        if "HEADER" in items:
            raw = raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        head = f'* {uid} FETCH (UID {uid} INTERNALDATE "{self.came}" BODY[] {{{len(raw)}}}\r\n'
        return [head.encode() + raw + b")"], "OK"


@contextmanager
def fake_imap() -> Iterator[FakeMailbox]:
    box = FakeMailbox()

    class Door(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"* OK ready\r\n")
            for line in self.rfile:
                tag, _, command = line.decode().strip().partition(" ")
                untagged, end = box.answer(command)
                self.wfile.write(
                    b"".join(one + b"\r\n" for one in untagged) + f"{tag} {end} done\r\n".encode()
                )
                if command.upper() == "LOGOUT":
                    return

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = allow_reuse_address = True

    with Server(("127.0.0.1", 0), Door) as server:
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()
