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
    "rest_processing": Both("al brug hviler", "every use rests"),
    "rest_marketing": Both("markedsføring er stoppet", "marketing is stopped"),
    "rest_sale": Both("salg og deling er stoppet", "sale and sharing are stopped"),
    "rest_sensitive": Both("brugen af følsomme oplysninger er begrænset", "use of sensitive data is limited"),
    "rest_consent": Both("samtykket er trukket tilbage", "consent is withdrawn"),
    "is_restricted": Both(
        "Oplysningerne er begrænset: de må kun opbevares (GDPR art. 18, stk. 2).",
        "The data is restricted: it may only be stored (GDPR Art. 18(2)).",
    ),
    "may_no": Both(
        "Nej: oplysningerne må ikke bruges til {purpose} ({rests}).",
        "No: the data may not be used for {purpose} ({rests}).",
    ),
}
