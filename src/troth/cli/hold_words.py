"""What the commands about legal holds say, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from troth.terms.bilingual import Both

HOLDS: Final[Mapping[str, Both]] = {
    "hold_placed": Both(
        "Slettestop {name} er foreslået ({people} fundet). Det gælder først, når en anden bekræfter det: troth hold confirm {name}",
        "Hold {name} is placed ({people} found). It holds once somebody else confirms it: troth hold confirm {name}",
    ),
    "hold_standing": Both("Slettestop {name} gælder.", "Hold {name} stands."),
    "hold_lifting": Both(
        "Slettestop {name} ønskes ophævet. Det gælder, til en anden bekræfter. Sig det først til personen (GDPR art. 18, stk. 3).",
        "Hold {name} is asked to be lifted. It stands until somebody else confirms. Tell the person first (GDPR Art. 18(3)).",
    ),
    "hold_lifted": Both("Slettestop {name} er ophævet.", "Hold {name} is lifted."),
    "hold_withdrawn": Both(
        "Slettestop {name} er trukket tilbage; det gjaldt aldrig.",
        "Hold {name} is withdrawn; it never stood.",
    ),
    "hold_review": Both("Skal gennemgås senest {review}.", "To be reviewed by {review}."),
    "hold_overdue": Both(
        "Skulle være gennemgået {review}. Det gælder stadig: gennemgå det, eller ophæv det.",
        "Its review was due on {review}. It still stands: review it, or lift it.",
    ),
    "hold_postponed": Both(
        "Udskudte sletninger: {n}. Når det sidste slettestop er ophævet, gør `troth due` dem.",
        "Postponed erasures: {n}. Once the last hold is lifted, `troth due` does them.",
    ),
    "hold_none": Both("Der er intet slettestop.", "There is no legal hold."),
    "hold_restricted": Both("Begrænset: {place}, {rows}", "Restricted: {place}, {rows}"),
    "hold_all_rows": Both("alle rækker", "every row"),
    "hold_by_court": Both("en domstol", "a court"),
    "hold_by_authority": Both("en myndighed", "an authority"),
    "hold_by_own-dispute": Both("egen tvist", "a dispute of our own"),
    "hold_by_threatened-claim": Both("et varslet krav", "a claim somebody announced"),
    "hold_by_audit": Both("revision", "an audit"),
    # due
    "due_hold_review": Both(
        "Slettestop {name} skulle være gennemgået: troth hold review {name}",
        "The review of hold {name} is due: troth hold review {name}",
    ),
    "due_postponed_erased": Both(
        "Udskudt sletning ({run}): slettet {erased}, anonymiseret {anonymised}; beviset er skrevet.",
        "Postponed erasure ({run}): erased {erased}, anonymised {anonymised}; the certificate is written.",
    ),
    "due_postponed_clean": Both(
        "Udskudt sletning ({run}): intet kan slettes nu.",
        "Postponed erasure ({run}): nothing can be erased now.",
    ),
    "due_postponed_held": Both(
        "Et andet slettestop bevarer stadig noget af den.", "Another hold still keeps a part of it."
    ),
}
