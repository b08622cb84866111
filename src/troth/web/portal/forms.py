"""The pages of a request as forms, one thing a page; a page asks what its kind of request needs, and nothing else."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.functional import lazy
from django.utils.translation import get_language

from troth.terms.bilingual import Both
from troth.web.portal.words import KINDS, SAYS
from troth.workflows.asking import WRONG

_WORDS: Final = 5_000
_NAME: Final = 200


def _spoken(both: Both) -> str:
    return both.within("da" if get_language() == "da" else "en")


spoken: Any = lazy(_spoken, str)
"""A sentence in the language of whoever reads the page."""
_MISSING: Final = Both("Udfyld dette felt.", "Fill in this field.")
_CHOOSE: Final = Both("Vælg en af mulighederne.", "Choose one of the answers.")
_NO_ADDRESS: Final = Both(
    "Skriv en mailadresse, for eksempel navn@eksempel.dk.",
    "Write an e-mail address, such as name@example.com.",
)
_FAULTS: Final = {"required": spoken(_MISSING), "invalid_choice": spoken(_CHOOSE)}


def _text(
    key: str, needed: bool = True, hint: str = "", autocomplete: str = "", long: bool = False
) -> forms.CharField:
    widget = (
        forms.Textarea(attrs={"rows": 6})
        if long
        else forms.TextInput(attrs={"autocomplete": autocomplete or "off"})
    )
    return forms.CharField(
        label=spoken(SAYS[key]), required=needed, help_text=spoken(SAYS[hint]) if hint else "", widget=widget,
        max_length=_WORDS if long else _NAME, error_messages=_FAULTS,
    )  # fmt: skip


def _mail(key: str, hint: str = "", autocomplete: str = "off") -> forms.EmailField:
    return forms.EmailField(
        label=spoken(SAYS[key]), max_length=_NAME, help_text=spoken(SAYS[hint]) if hint else "",
        widget=forms.EmailInput(attrs={"autocomplete": autocomplete}), error_messages={**_FAULTS, "invalid": spoken(_NO_ADDRESS)},
    )  # fmt: skip


def _one_of(key: str, options: list[tuple[str, Both]], hint: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=spoken(SAYS[key]), help_text=spoken(SAYS[hint]) if hint else "", choices=[(value, spoken(label)) for value, label in options],
        widget=forms.RadioSelect, error_messages=_FAULTS,
    )  # fmt: skip


class Where(forms.Form):
    """Where somebody lives: that decides which law answers them."""

    home = _one_of("where_title", [
        ("DK", Both("Danmark", "Denmark")),
        ("EU", Both("Et andet sted i EU, Island, Liechtenstein eller Norge", "Elsewhere in the EU, Iceland, Liechtenstein or Norway")),
        ("US-CA", Both("Californien, USA", "California, USA")),
        ("XX", Both("Et andet sted", "Somewhere else")),
    ])  # fmt: skip


class Which(forms.Form):
    """What "something else" is, under the law that applies."""

    def __init__(self, *args: Any, kinds: tuple[str, ...], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["kind"] = _one_of("which_title", [(kind, KINDS[kind]) for kind in kinds])


class Who(forms.Form):
    """A name to answer to and an address to answer at."""

    name = _text("name", autocomplete="name")
    email = _mail("email", "email_says", "email")
    agent = _one_of("agent_question", [("no", SAYS["agent_no"]), ("yes", SAYS["agent_yes"])])


class Agent(forms.Form):
    """For whom an agent asks, and by which permission."""

    person_name = _text("agent_name")
    person_email = _mail("agent_email")
    permit = _one_of("agent_by", [
        ("confirm", SAYS["agent_confirm"]), ("written", SAYS["agent_written"]), ("power", SAYS["agent_power"]),
    ])  # fmt: skip


class Rectification(forms.Form):
    what = _one_of("what", [(name, SAYS[f"what_{name}"]) for name in WRONG], "what_says")
    wrong = _text("wrong", long=True)
    right = _text("right", long=True)


class Objection(forms.Form):
    why = _text("why", needed=False, hint="why_says", long=True)


class Restriction(forms.Form):
    restrict = _text("restrict", long=True)


class Question(forms.Form):
    words = _text("question_words", long=True)


class Added(forms.Form):
    """What somebody adds to their case."""

    words = _text("more_words", long=True)


class Period(forms.Form):
    period = _one_of("period", [("year", SAYS["period_year"]), ("all", SAYS["period_all"])])


class More(forms.Form):
    words = _text("words", needed=False, long=True)


def copy_first(days: int) -> forms.ChoiceField:
    """Whether somebody who has everything deleted wants a copy before; they need not say."""
    field = _one_of("copy", [("no", SAYS["copy_no"]), ("yes", SAYS["copy_yes"])])
    field.help_text = spoken(SAYS["copy_says"].fill(days=days))
    field.required, field.initial = False, "no"
    return field


DETAILS: Final[dict[str, type[forms.Form]]] = {
    "rectification": Rectification,
    "objection": Objection,
    "restriction": Restriction,
    "question": Question,
    "know_specific": Period,
    "know_categories": Period,
}
"""What is asked besides, by kind (11 CCR 7020(e) for the period); any other kind asks nothing more."""


class Code(forms.Form):
    code = forms.CharField(
        label=spoken(SAYS["code"]), max_length=12, error_messages=_FAULTS,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )  # fmt: skip


class Permission(forms.Form):
    """The agent's paper, taken with the last page."""

    permission = forms.FileField(
        label=spoken(SAYS["permission"]), help_text=spoken(SAYS["permission_says"]), error_messages=_FAULTS, max_length=_NAME,
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
    )  # fmt: skip
