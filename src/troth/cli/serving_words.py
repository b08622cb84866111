"""What the commands of the server say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from troth.terms.bilingual import Both

SERVING: Final[Mapping[str, Both]] = {
    "example_made": Both(
        "En opdigtet virksomhed er lagt i {folder}. Ingen i den findes.",
        "An invented company was put into {folder}. Nobody in it exists.",
    ),
    "serving": Both("Svarer på {address} (stop med Ctrl-C).", "Answering at {address} (stop with Ctrl-C)."),
    "staff_has": Both("{name}: {roles}", "{name}: {roles}"),
    "staff_closed": Both("{name}: lukket", "{name}: closed"),
    "staff_link": Both(
        "Vælg adgangskode her, én gang og inden for et døgn: {link}",
        "Set the password here, once and within a day: {link}",
    ),
}
