"""Every check there is, by the control it tests; controls of the vocabulary that nothing tests yet say what they wait for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from troth.evidence import (
    on_backups,
    on_identity,
    on_map,
    on_notice,
    on_outside,
    on_proof,
    on_requests,
    on_rights,
    on_servers,
    on_time,
)
from troth.evidence.check import Answer, Check, Control, Promise, unknown
from troth.evidence.facts import World
from troth.terms.bilingual import Both
from troth.terms.errors import UsageError


def said(world: World, promise: Promise, control: Control) -> Answer:
    """A person's word is not an answer: the light says `attested` while it counts."""
    word = world.attested(promise.id)
    if word is None or not word.counts(world.at):
        return unknown(
            "ingen står inde for det lige nu: troth attest", "nobody attests it at present: troth attest"
        )
    return unknown(
        f"et menneske står inde for det til {word.until}", f"a person attests it until {word.until}"
    )


def _attested(control: str) -> Check:
    return Check(
        f"{control}.said", control, "attested", "positive", timedelta(days=1),
        Both("En navngiven person står inde for det, fra én dato til en anden.", "A named person has said so, on a date, until a date."),
        said,
    )  # fmt: skip


def _honoured(control: str) -> Check:
    """What rests is registered by us and obeyed by the company's own programs: of those only a person can say."""
    return Check(
        f"{control}.honoured", control, "attested", "positive", timedelta(days=1),
        Both("En navngiven person har set, at virksomhedens egne programmer spørger (`troth may-use`), før de bruger data.",
             "A named person has seen that the company's own programs ask (`troth may-use`) before they use data."),
        said,
    )  # fmt: skip


OURS: Final[tuple[Check, ...]] = (
    *on_map.CHECKS,
    *on_time.CHECKS,
    *on_backups.CHECKS,
    *on_proof.CHECKS,
    *on_servers.CHECKS,
    *on_notice.CHECKS,
    *on_requests.CHECKS,
    *on_identity.CHECKS,
    *on_rights.CHECKS,
    *on_outside.CHECKS,
    *(_honoured(control) for control in ("request-restrict", "objection")),
    *(_attested(control) for control in ("attested", "social-pages", "analytics-setting")),
)

COLLECT = Both(
    "indsamlingssteder: formularer, kampagner, kilder", "collection points: forms, campaigns, sources"
)
CHAT = Both("chatten", "the chat")
SUPPORT = Both("supportadgang og opdagelse af misbrug", "support access and detection of abuse")
TRACKER = Both("lokationssporing", "the tracker")
WEBSITE = Both("hjemmesiden og cookies", "the website and cookies")
DISCLOSURE = Both("modtagere, databehandlere og videregivelser", "recipients, processors and disclosures")
CONSENT = Both("samtykke og indsigelse", "consent and objection")
MAIL = Both("udsendelse af mails", "the mail exits")

WAITING: Final[dict[str, Both]] = {
    **dict.fromkeys(("collection-point", "abandoned-form", "campaign", "source-register", "art14-notice"), COLLECT),
    **dict.fromkeys(("chat-anonymous", "chat-purpose", "chat-objection", "chat-erase", "chat-service", "chat-retention"), CHAT),
    **dict.fromkeys(
        (
            "support-grant", "support-expiry", "support-approval", "support-purge", "support-fields", "on-premise", "watch",
            "rule-breach", "human-review", "breach", "account-check",
        ),
        SUPPORT,
    ),
    **dict.fromkeys(("tracker-purpose", "tracker-permission"), TRACKER),
    **dict.fromkeys(("cookie-gate", "cookie-list", "technology-list", "analytics-mask", "outgoing-hosts"), WEBSITE),
    **dict.fromkeys(
        (
            "processor-register", "provider-review", "recipient-register", "transfer-register", "disclosure-register", "no-sale",
            "legal-order", "merger", "age-16",
        ),
        DISCLOSURE,
    ),
    **dict.fromkeys(
        (
            "consent", "consent-withdrawal", "consent-by-use", "objection-consequence", "balancing", "purpose-gate", "preferences",
            "publication", "opt-out-signal", "child-age",
        ),
        CONSENT,
    ),
    **dict.fromkeys(("mail-class", "mail-unsubscribe", "mail-suppression", "newsletter"), MAIL),
}  # fmt: skip
"""Controls of the vocabulary without a check, and the part of Troth that will bring one."""
UNKNOWN: Final = Both("en kontrol, som ingen check kender", "a control that no check knows")
NO_CONTROL: Final = Both("en kontrol: løftet nævner ingen", "a control: the promise names none")


def waiting(promise: Promise) -> Both:
    """What an unbound promise waits for."""
    if promise.control is None:
        return NO_CONTROL
    return WAITING.get(promise.control.name, UNKNOWN)


def every(more: Iterable[Check] = ()) -> tuple[Check, ...]:
    """Our checks and those of plug-ins; raises UsageError where two have one name."""
    found: dict[str, Check] = {}
    for check in (*OURS, *more):
        if check.name in found:
            raise UsageError(
                f"two checks are called {check.name}",
                place="troth.checks",
                remedy="Remove one of the plug-ins.",
            )
        found[check.name] = check
    return tuple(found.values())
