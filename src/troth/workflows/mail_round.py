"""What comes back by the clock: letters that nobody has sent are taken up, and the mailbox is emptied."""

from __future__ import annotations

from troth.workflows.house import House
from troth.workflows.mail_fetch import fetch
from troth.workflows.mail_out import send_rested


def mail_round(house: House) -> None:
    """The job `mail_round`; raises StoreError where the mailbox cannot be read, and goes on at the next round."""
    send_rested(house)
    if house.settings.imap:
        fetch(house)
