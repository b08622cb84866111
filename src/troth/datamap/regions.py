"""The region of Denmark that a postal code lies in, from dated data; None for what is no Danish postal code."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from functools import cache
from importlib.resources import files
from typing import Final

_CODE: Final = re.compile(r"\s*(?:DK[- ]?)?(\d{4})\s*", re.ASCII | re.IGNORECASE)


def region_of(text: str) -> str | None:
    """The region's name; a name stays as it is, so that done twice changes nothing."""
    firsts, lasts, names = _ranges()
    if text in names:
        return text
    if (match := _CODE.fullmatch(text)) is None:
        return None
    at = bisect_right(firsts, code := int(match[1])) - 1
    return names[at] if at >= 0 and code <= lasts[at] else None


@cache
def _ranges() -> tuple[list[int], list[int], list[str]]:
    told = tomllib.loads(files("troth.datamap").joinpath("regions.toml").read_text(encoding="utf-8"))
    ranges = sorted(
        (*map(int, span.split("-")), name) for name, spans in told["regions"].items() for span in spans
    )
    return [one[0] for one in ranges], [one[1] for one in ranges], [one[2] for one in ranges]
