"""Guarantees that whatever a certificate says became of somebody's data is said in Danish and English, part by part."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from troth.terms.bilingual import Both

_EMPTIED: Final = Both(
    "Noget af det, vi fandt, er kun gjort mindre: disse rækker er stadig oplysninger om dig.",
    "Some of what we found has only been made less: those rows are still data about you.",
)
_CUT: Final = Both(
    "Ingen rækker er slettet. De felter, der ikke skal bevares, er tømt, men rækkerne er stadig oplysninger om dig.",
    "No row has been erased. The fields that need not be kept were emptied, but the rows are still data about you.",
)

HEADS: Final[Mapping[str, tuple[Both, Both]]] = MappingProxyType(
    {
        "erased": (
            Both(
                "De oplysninger om dig, som vi fandt, er slettet eller anonymiseret.",
                "The data about you that we found has been erased or anonymised.",
            ),
            Both(
                "De oplysninger om dig, som vi fandt, er slettet eller anonymiseret, bortset fra det, der nævnes her.",
                "The data about you that we found has been erased or anonymised, except for what is named here.",
            ),
        ),
        "anonymised": (
            Both(
                "De oplysninger om dig, som vi fandt, er anonymiseret; rækkerne, de stod i, er der endnu.",
                "The data about you that we found has been anonymised; the rows it stood in are still there.",
            ),
            Both(
                "De oplysninger om dig, som vi fandt, er anonymiseret, bortset fra det, der nævnes her; rækkerne, de stod i, er der "
                "endnu.",
                "The data about you that we found has been anonymised, except for what is named here; the rows it stood in are still "
                "there.",
            ),
        ),
        "pseudonymised": (
            Both(
                "Ingen rækker er slettet. De oplysninger om dig, som vi fandt, er pseudonymiseret efter en skriftlig beslutning: de er "
                "stadig oplysninger om dig.",
                "No row has been erased. The data about you that we found has been pseudonymised by a written decision: it is still "
                "data about you.",
            ),
            Both(
                "Ingen rækker er slettet. De oplysninger om dig, som vi fandt, er pseudonymiseret efter en skriftlig beslutning, bortset "
                "fra det, der nævnes her: de er stadig oplysninger om dig.",
                "No row has been erased. The data about you that we found has been pseudonymised by a written decision, except for what "
                "is named here: it is still data about you.",
            ),
        ),
        "minimised": (_CUT, _CUT),
        "references removed": (
            Both(
                "Vi fandt kun henvisninger til dig i rækker, der er andres eller ingens. De er fjernet.",
                "We found only references to you, in rows that are somebody else's or nobody's. They have been removed.",
            ),
            Both(
                "Ingen rækker er slettet. Henvisninger til dig i rækker, der er andres eller ingens, er fjernet.",
                "No row has been erased. References to you in rows that are somebody else's or nobody's have been removed.",
            ),
        ),
        "nothing erased": (
            Both("Intet er slettet eller ændret.", "Nothing has been erased or changed."),
            Both("Intet er slettet.", "Nothing has been erased."),
        ),
        "not anonymised: some rows are still personal": (_EMPTIED, _EMPTIED),
        "postponed by a legal hold": (
            Both(
                "De oplysninger om dig, som vi fandt, er ikke slettet endnu: et slettestop kræver, at de bevares, af de grunde, der står "
                "nedenfor. De må kun læses til det formål. Når det er ophævet, slettes de, og du får et nyt bevis.",
                "The data about you that we found has not been erased yet: a legal hold asks that it is kept, for the reasons given "
                "below. It may be read for that purpose only. Once it is lifted, the data is erased and you get another certificate.",
            ),
        )
        * 2,
        "not finished: rows were left": (
            Both(
                "Vi er ikke færdige: da vi så efter bagefter, fandt vi stadig oplysninger om dig.",
                "We are not finished: when we looked again afterwards, we still found data about you.",
            ),
        )
        * 2,
    }
)
"""What is said first: where it stands alone, and where something stays besides."""

STAYS: Final[Mapping[str, Both]] = MappingProxyType(
    {
        "some kept by law": Both(
            "Nogle af oplysningerne skal bevares af de grunde, der står nedenfor.",
            "Some of the data must be kept, for the reasons given below.",
        ),
        "some postponed by a legal hold": Both(
            "Nogle af oplysningerne er ikke slettet endnu: et slettestop kræver, at de bevares, og de må kun læses til det formål. Når "
            "slettestoppet er ophævet, slettes de, og du får et nyt bevis.",
            "Some of the data has not been erased yet: a legal hold asks that it is kept, and it may be read for that purpose only. "
            "Once the hold is lifted, it is erased and you get another certificate.",
        ),
        "some left to customers": Both(
            "Nogle af oplysningerne bestemmer vores kunder over: dem har vi ladet stå, fordi kunden har sagt nej eller ikke har svaret.",
            "Some of the data is controlled by our customers: we have left it, because the customer said no or has not answered.",
        ),
        "some pseudonymised": Both(
            "Nogle af oplysningerne er pseudonymiseret efter en skriftlig beslutning: de er stadig oplysninger om dig.",
            "Some of the data has been pseudonymised by a written decision: it is still data about you.",
        ),
        "all kept by law": Both(
            "De oplysninger om dig, som vi fandt, skal bevares af de grunde, der står nedenfor.",
            "The data about you that we found must be kept, for the reasons given below.",
        ),
        "all left to customers": Both(
            "De oplysninger om dig, som vi fandt, bestemmer vores kunder over, og kunden har sagt nej eller ikke har svaret.",
            "The data about you that we found is controlled by our customers, and the customer said no or has not answered.",
        ),
    }
)


def sentences(outcome: str) -> Both | None:
    """The sentences for an outcome of a certificate; None where a part of it has no words here."""
    head, *stays = outcome.split(", ")
    if head not in HEADS or any(stay not in STAYS for stay in stays):
        return None
    parts = [HEADS[head][bool(stays)], *(STAYS[stay] for stay in stays)]
    return Both(" ".join(part.da for part in parts), " ".join(part.en for part in parts))
