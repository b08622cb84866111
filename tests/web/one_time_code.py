"""The six digits that an app shows for a secret (RFC 6238)."""

from __future__ import annotations

import base64
import hmac
import struct
import time
from hashlib import sha1


def code(secret: str) -> str:
    """Good for the thirty seconds that are now."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), sha1).digest()
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"
