"""What a certificate or a final receipt says became of the data, in a few words of Danish, part by part."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

OUTCOMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        # of a certificate: what was done
        "erased": "slettet",
        "anonymised": "anonymiseret",
        "pseudonymised": "pseudonymiseret",
        "minimised": "gjort mindre",
        "references removed": "henvisninger fjernet",
        "nothing erased": "intet slettet",
        "not anonymised: some rows are still personal": "ikke anonymiseret: nogle rækker er stadig personoplysninger",
        "not finished: rows were left": "ikke færdig: der stod stadig rækker",
        "postponed by a legal hold": "udskudt af et slettestop",
        # and what stays
        "some kept by law": "noget bevaret efter loven",
        "some postponed by a legal hold": "noget udskudt af et slettestop",
        "some left to customers": "noget overladt til kunder",
        "some pseudonymised": "noget pseudonymiseret",
        "all kept by law": "alt bevaret efter loven",
        "all left to customers": "alt overladt til kunder",
        # of a final receipt
        "in no registered backup": "ikke i nogen registreret sikkerhedskopi",
        "some systems have none": "af nogle systemer er ingen registreret",
    }
)
"""The Danish for each part of an outcome; the English is what the certificate itself says."""


def danish(outcome: str) -> str:
    """The outcome in Danish; a part that has no words here as it is."""
    return ", ".join(OUTCOMES.get(part, part) for part in outcome.split(", "))
