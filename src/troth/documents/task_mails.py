"""What is written to those who must act beside us: an owner, a recipient, a customer; in both languages, about no person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Final, NamedTuple

from troth.documents.markup import day
from troth.terms.bilingual import LANGUAGES, Both


class Text(NamedTuple):
    """A headline and its text."""

    headline: Both
    text: Both


_NO_PERSON: Final = Both(
    "Hvem det drejer sig om, står kun på siden bag linket. Send ikke linket videre.",
    "Whom it is about stands only on the page behind the link. Please do not pass the link on.",
)
MAILS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "manual": Text(
            Both("Sag {case}: se efter i {what}", "Case {case}: please look in {what}"),
            Both(
                "Hej {who}\n\nEn person har bedt om noget, der også kan gælde {what} ({says}). Se efter, hvad I "
                "har, og svar senest {due}:\n\n{link}\n\n",
                "Hello {who}\n\nSomebody has asked for something that may concern {what} too ({says}). Please look "
                "what you hold and answer by {due}:\n\n{link}\n\n",
            ),
        ),
        "manual_stop": Text(
            Both("Sag {case}: stands brugen i {what}", "Case {case}: please stop the use in {what}"),
            Both(
                "Hej {who}\n\nEn person har sagt nej til noget, som også kan ske ud fra {what} ({says}). Stands det, der står på siden, "
                "og bekræft det senest {due}:\n\n{link}\n\n",
                "Hello {who}\n\nSomebody has said no to something that may be done from {what} too ({says}). Please stop what the "
                "page says and confirm it by {due}:\n\n{link}\n\n",
            ),
        ),
        "manual_reminder": Text(
            Both("Sag {case}: vi mangler svar om {what}", "Case {case}: we have no answer about {what}"),
            Both(
                "Hej {who}\n\nVi mangler stadig jeres svar om {what} ({says}). Personen kan ikke få et fuldt svar "
                "før. Svar senest {due}:\n\n{link}\n\n",
                "Hello {who}\n\nWe still have no answer from you about {what} ({says}). Until then the person "
                "cannot have a whole answer. Please answer by {due}:\n\n{link}\n\n",
            ),
        ),
        "manual_act": Text(
            Both("Sag {case}: nu skal det gøres i {what}", "Case {case}: now please do it in {what}"),
            Both(
                "Hej {who}\n\nI fandt noget i {what} ({says}). Nu er der truffet afgørelse. Gør det, der står på "
                "siden, og bekræft det senest {due}:\n\n{link}\n\n",
                "Hello {who}\n\nYou found something in {what} ({says}). It has now been decided. Please do what "
                "the page says and confirm it by {due}:\n\n{link}\n\n",
            ),
        ),
        "recipient": Text(
            Both("Oplysninger, I har fået af {us} (sag {case})", "Data that you received from {us} (case {case})"),
            Both(
                "Til {who}\n\n{us} har givet jer personoplysninger, som nu er {done} efter anmodning. Vi har pligt til at sige det til jer"
                " (GDPR art. 19). Gør det samme hos jer, og bekræft det her:\n\n{link}\n\n",
                "To {who}\n\n{us} disclosed personal data to you that, as asked, has now been {done}. We must tell you so"
                " (GDPR Art. 19). Please do the same on your side, and confirm it here:\n\n{link}\n\n",
            ),
        ),
        "recipient_stop": Text(
            Both("Oplysninger, I har fået af {us} (sag {case})", "Data that you received from {us} (case {case})"),
            Both(
                "Til {who}\n\n{us} har måske givet jer personoplysninger, som nu er {done} efter anmodning. Vi har pligt til at sige det "
                "til jer. Gør det samme hos jer, og bekræft det her:\n\n{link}\n\n",
                "To {who}\n\n{us} may have disclosed personal data to you that, as asked, has now been {done}. We must tell you so. "
                "Please do the same on your side, and confirm it here:\n\n{link}\n\n",
            ),
        ),
        "recipient_reminder": Text(
            Both("Vi mangler jeres bekræftelse (sag {case})", "We have no confirmation from you (case {case})"),
            Both(
                "Til {who}\n\nVi skrev, at oplysninger, I har fået af {us}, er {done}. Bekræft, at det også er "
                "sket hos jer:\n\n{link}\n\n",
                "To {who}\n\nWe wrote that data you received from {us} has been {done}. Please confirm that the "
                "same has been done on your side:\n\n{link}\n\n",
            ),
        ),
        "customer": Text(
            Both("En anmodning til jer som dataansvarlige (sag {case})", "A request to you as the controller (case {case})"),
            Both(
                "Til den ansvarlige hos {who}\n\nEn person har skrevet til {us} om oplysninger, som vi kun har på jeres vegne. Det er jer,"
                " der afgør det (GDPR art. 28, stk. 3, litra a og e). Giv os jeres instruks senest {due}:\n\n{link}\n\n",
                "To whoever answers for {who}\n\nSomebody has written to {us} about data that we hold on your behalf only. It is yours"
                " to decide (GDPR Art. 28(3)(a) and (e)). Please give us your instruction by {due}:\n\n{link}\n\n",
            ),
        ),
    }
)  # fmt: skip
DONE: Final[Mapping[str, Both]] = MappingProxyType(
    {
        "erase": Both("slettet", "erased"),
        "correct": Both("rettet", "corrected"),
        "restrict": Both("begrænset", "restricted"),
        "opt_out": Both("undtaget fra salg og deling", "opted out of sale and sharing"),
        "limit": Both("begrænset til det nødvendige", "limited to what is necessary"),
    }
)
_AND: Final = Both(" og ", " and ")


def text(kind: str, **values: Both | str | date) -> Text:
    """A mail of one kind, its blanks filled in; raises KeyError for a blank that is left."""
    written = MAILS[kind]
    told = {
        name: Both(day(value, "da"), day(value, "en")) if isinstance(value, date) else value
        for name, value in values.items()
    }
    whole = written.text.fill(**told)
    if "link" in told:
        whole = Both(f"{whole.da}{_NO_PERSON.da}\n", f"{whole.en}{_NO_PERSON.en}\n")
    return Text(written.headline.fill(**told), whole)


def joined(acts: Sequence[str]) -> Both:
    """`erased and corrected`, in both languages."""
    return Both(*(_AND.within(lang).join(DONE[act].within(lang) for act in acts) for lang in LANGUAGES))
