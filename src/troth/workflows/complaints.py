"""To whom somebody may complain, as the notice says it; a company that names nobody puts no authority into anybody's mouth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from troth.terms.bilingual import LANGUAGES
from troth.terms.errors import UsageError
from troth.workflows.shown_notice import shown_within

if TYPE_CHECKING:
    from troth.workflows.books import Books
    from troth.workflows.house import House

_FACTS: Final = {"eu": ("authority.name", "authority.website"), "california": ("california.authority",)}


def authorities(books: Books, house: House) -> dict[str, dict[str, str]]:
    """{"eu" | "california": {language: "name (website)"}}, of what the notice in force names; {} where no notice can be read."""
    try:
        notice = shown_within(books, house)
    except (
        UsageError
    ):  # an erasure that is done gets its certificate, whatever became of the notice meanwhile
        return {}
    found: dict[str, dict[str, str]] = {}
    for law, (name, *more) in _FACTS.items():
        told = {lang: notice.fact(name, lang) for lang in LANGUAGES}
        if all(told.values()):
            sites = {lang: [site for one in more if (site := notice.fact(one, lang))] for lang in LANGUAGES}
            found[law] = {
                str(lang): text + "".join(f" ({one})" for one in sites[lang]) for lang, text in told.items()
            }
    return found
