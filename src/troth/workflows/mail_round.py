"""How mails come and go while a process lives: letters that nobody has sent are taken up, the mailbox is emptied, a door stands open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from troth.workflows.mail_fetch import fetch
from troth.workflows.mail_out import send_rested

if TYPE_CHECKING:
    from troth.workflows.house import House


def mail_round(house: House) -> None:
    """The job `mail_round`; raises StoreError where the mailbox cannot be read, and goes on at the next round."""
    send_rested(house)
    if house.settings.imap:
        fetch(house)


@contextmanager
def handed_over(house: House) -> Iterator[None]:
    """Takes mails in while the block runs, if a setting says where; raises UsageError where that cannot be."""
    if not house.settings.mail_listen:
        yield
        return
    from troth.workflows.mail_listener import listening

    with listening(house):
        yield
