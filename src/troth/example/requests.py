"""Who asks the invented company on its first morning, and how far each request has come when somebody sits down at the desk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from troth.example.cast import BYSTANDER, CASED, COMPOSED, HERO, NAMESAKES, STAFF_CUSTOMER, Person

OFFICER, APPROVER = "olga", "per"
"""The accounts of the example: one proposes, the other approves."""
Step = tuple[str, str, Mapping[str, str]]


@dataclass(frozen=True)
class Wish:
    """One request: what is asked, by which way and so many days ago, and the steps staff took: (who, step, what was given)."""

    person: Person
    choice: str
    channel: str = "portal"
    days: int = 0
    words: str = ""
    language: str = "da"
    steps: Sequence[Step] = field(default=())


def _shown(person: Person, how: str) -> Step:
    return (OFFICER, "verify", {"proven": person.email, "how": how})


WISHES = (
    Wish(HERO, "delete"),
    Wish(
        STAFF_CUSTOMER, "erasure", "letter", 1, "Slet venligst alt, hvad I har om mig.",
        steps=(_shown(STAFF_CUSTOMER, "Pas vist ved skranken."),),
    ),
    Wish(
        NAMESAKES[0], "access", "phone", 1,
        steps=(_shown(NAMESAKES[0], "Ringet op på det nummer, vi kender."),),
    ),
    Wish(CASED, "stop", language="en"),
    Wish(
        BYSTANDER, "access", language="en",
        steps=(
            _shown(BYSTANDER, "Answered from the address that we know."),
            (OFFICER, "decide", {"kind": "access", "outcome": "granted"}),
        ),
    ),
    Wish(
        COMPOSED, "erasure", "letter", 2, "Radera mig.",
        steps=(_shown(COMPOSED, "Pas vist ved skranken."), (OFFICER, "propose", {}), (APPROVER, "approve", {})),
    ),
)  # fmt: skip
