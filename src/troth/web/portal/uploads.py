"""A paper that somebody sends with a form: only of the kinds we can show, told by how it begins, and never larger than it may be."""

from __future__ import annotations

from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile

MOST: Final = 5 * 1024 * 1024
_TYPES: Final = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}


def paper(upload: UploadedFile[Any]) -> dict[str, Any] | None:
    """The permission as a paper of a case, under a name of ours; None where it is none of these kinds, or too large."""
    data = upload.read(MOST + 1)
    kind = next((kind for start, kind in _TYPES.items() if data.startswith(start)), "")
    if not kind or len(data) > MOST:
        return None
    return {
        "kind": "permission",
        "head": {"file": f"permission.{kind.partition('/')[2]}", "type": kind},
        "data": data,
    }
