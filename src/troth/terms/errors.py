"""One tree of breakages; what we merely decline is a value (a question), never an exception.

TrothError
├── UsageError          exit 2  the input is wrong: it says where and what to do
│   ├── MapError                the data map cannot be read, or contradicts itself
│   ├── LetterError             a letter lacks a part it must have, or holds what it may not
│   └── StoreUnreachableError        wrong address, password or scheme
├── StoreError          exit 5  a store refused while we acted; `permanent` says whether trying again can help
│   ├── TimeLimitError          a statement took longer than its manners allow: the same would again
│   └── QuietHoursError         nothing is written to this store now, by its manners
├── UnforeseenError     exit 5  a fault nobody foresaw in the middle of a run, told without its text
└── TamperedError       exit 1  a proof does not hold
"""

from __future__ import annotations


class TrothError(Exception):
    """A breakage with one clear sentence and, where there is one, the remedy."""

    exit_code = 1

    def __init__(self, message: str, *, remedy: str = "", place: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.place = place

    def __str__(self) -> str:
        place = f"{self.place}: " if self.place else ""
        remedy = f" {self.remedy}" if self.remedy else ""
        return f"{place}{self.message}{remedy}"


class UsageError(TrothError):
    """The command's input is wrong; nothing was done."""

    exit_code = 2


class MapError(UsageError):
    """The data map cannot be read or contradicts itself."""


class LetterError(UsageError):
    """A letter lacks a part that it must have, or holds what it may not; nothing was sent."""


class StoreUnreachableError(UsageError):
    """A store could not be opened: unknown scheme, wrong address, wrong password."""


class StoreError(TrothError):
    """A store refused while we acted; the run can be resumed once the cause is gone."""

    exit_code = 5

    def __init__(self, message: str, *, permanent: bool, remedy: str = "", place: str = "") -> None:
        super().__init__(message, remedy=remedy, place=place)
        self.permanent = permanent


class TimeLimitError(StoreError):
    """A statement took longer than it may; nothing has passed by itself when it is tried again at once."""


class QuietHoursError(StoreError):
    """The store's quiet hours have begun; the run goes on after them."""

    def __init__(self, message: str, *, remedy: str, place: str) -> None:
        super().__init__(message, permanent=False, remedy=remedy, place=place)


class TamperedError(TrothError):
    """A signature, proof or history does not hold."""


class UnforeseenError(TrothError):
    """A fault nobody foresaw in the middle of a run, told by its place: its own text may quote a value."""

    exit_code = 5


def whereabouts(fault: BaseException) -> str:
    """What an unforeseen fault may say of itself: its type and where it happened, never its text."""
    import traceback
    from pathlib import Path

    frames = [
        f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(fault.__traceback__)[-4:]
    ]
    return f"an unforeseen {type(fault).__name__} ({' < '.join(reversed(frames))})"
