"""Whatever else than a certificate is handed out, and checked by the same command: told by what the file is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from troth.terms.errors import UsageError
from troth.workflows.notice_proof import is_notice_proof, verify_notice_proof
from troth.workflows.rehearsing import is_bundle, verify_bundle


def verify_other(path: Path, key: str | None, since: Path | None = None) -> dict[str, Any] | None:
    """What a stranger can know of a bundle or a signed notice, with `what` it is; None for any other file. Raises TamperedError."""
    if is_notice_proof(path):
        return {"what": "notice", **verify_notice_proof(path, key, since)}
    if since is not None:
        raise UsageError(
            "only signed notices are held against each other", place="--since", remedy="Leave it out."
        )
    return {"what": "bundle", **verify_bundle(path, key)} if is_bundle(path) else None
