"""To whom somebody may complain, as the notice says it; a company that names nobody puts no authority into anybody's mouth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from troth.terms.bilingual import LANGUAGES
from troth.terms.errors import MapError
from troth.workflows.checks import folder_of, notice_of

if TYPE_CHECKING:
    from troth.workflows.house import House

_FACTS: Final = {"eu": ("authority.name", "authority.website"), "california": ("california.authority",)}


def authorities(house: House) -> dict[str, dict[str, str]]:
    """{"eu" | "california": {language: "name (website)"}}, of what the notice names; {} where there is no notice that can be read."""
    if not folder_of(house).is_dir():
        return {}
    try:
        notice = notice_of(house)
    except MapError:  # an erasure that is done gets its certificate, whatever became of the notice meanwhile
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
