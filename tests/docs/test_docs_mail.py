"""docs/mail.md gives the numbers of the code."""

from __future__ import annotations

import re
from datetime import timedelta

from doc_pages import page

from troth.mail.exit import smtp_exit
from troth.mail.message import sender_address
from troth.mail.reading import LARGEST
from troth.workflows import jobrun, mail_fetch, mail_in, mail_listener, mail_out

PAGE = page("mail.md")


def test_the_numbers_of_the_page_are_those_of_the_code() -> None:
    told = " ".join(PAGE.split())
    assert f"above {LARGEST // 2**20} MB" in told
    assert f"tried again, for {mail_out.TRIED // timedelta(days=1)} days" in told
    assert f"for {mail_in.REMEMBERED // timedelta(days=1)} days, by its id" in told
    assert (
        f"More than {mail_listener.MINUTE} mails a minute or {mail_listener.CONNECTIONS} connections" in told
    )
    assert f"more than {mail_in.MOST_ANSWERS} cases within a day" in told
    assert "looked into every minute" in told
    assert jobrun.MAILS / timedelta(minutes=1) == 1


def test_the_settings_of_the_page_can_be_set() -> None:
    shown = dict(re.findall(r"^(TROTH_\w+)=\"?([^\"\n]+)", PAGE, flags=re.M))
    assert smtp_exit(shown["TROTH_MAIL"], lambda: "").tls == "tls"
    assert sender_address(shown["TROTH_MAIL_FROM"]) == "privacy@example.com"
    assert mail_listener._place(shown["TROTH_MAIL_LISTEN"]) == ("127.0.0.1", 2525)
    assert mail_fetch.mailbox(shown["TROTH_IMAP"]).folder == "INBOX"
