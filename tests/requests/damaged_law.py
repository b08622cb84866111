"""The legal data of one file, to be damaged in a test and mended afterwards."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from troth.law import dated, identity, letters, requests

CACHED = (
    requests.kinds,
    requests._entries,
    requests._clocks,
    requests._limits,
    requests._metrics,
    requests.calendars,
    identity.questions,
    identity._tiers,
    identity._agents,
    letters.demands,
)


def forget() -> None:
    """What was read of the law is read again."""
    for cached in CACHED:
        cached.cache_clear()


@contextmanager
def damaging(name: str) -> Iterator[dict[str, Any]]:
    """The file's data as the code holds it: what is changed in it is what the code reads."""
    data = cast("dict[str, Any]", dated.data(name))
    whole = copy.deepcopy(data)
    forget()
    try:
        yield data
    finally:
        data.clear()
        data.update(whole)
        forget()
