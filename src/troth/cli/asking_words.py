"""What the commands say about those who must act beside us, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from troth.terms.bilingual import Both

ASKING: Final[Mapping[str, Both]] = {
    "map_by_hand": Both(
        "{system} føres i hånden: {owner} bliver spurgt i hver sag og svarer inden {days} dage.",
        "{system} is kept by hand: {owner} is asked in each case, and answers within {days} days.",
    ),
    "may_yes": Both("Ja: intet står i vejen for {purpose}.", "Yes: nothing stands against {purpose}."),
    "may_no": Both(
        "Nej: oplysningerne må ikke bruges til {purpose} ({rests}).",
        "No: the data may not be used for {purpose} ({rests}).",
    ),
}
