"""Staff get the figures as a page to publish; whoever is not signed in gets nothing."""

from __future__ import annotations

from running_server import Served


def test_the_page_to_publish_is_a_file_in_both_languages(served: Served) -> None:
    page = served.staff("auditor").get("/console/metrics/?publish=yes")
    assert page.status == 200
    assert str(page.header("Content-Disposition")).startswith('attachment; filename="requests-')
    assert "To opt out of sale and sharing" in page.text
    assert "Fravalg af salg og deling" in page.text
    assert "<script" not in page.text


def test_a_stranger_is_sent_to_the_door(served: Served) -> None:
    page = served.visitor().get("/console/metrics/?publish=yes")
    assert page.status in (302, 303, 403)
    assert "To opt out" not in page.text


def test_each_drawing_has_its_table_with_headings(served: Served) -> None:
    text = served.staff("auditor").get("/console/metrics/").text
    assert text.count("<svg") == 2
    assert text.count('aria-hidden="true" focusable="false" class="drawing"') == 2
    tables = text.split("<details>")[1:]
    assert len(tables) == 2
    assert all(one.count('<th scope="col"') == 2 for one in tables)
    assert tables[0].count('<th scope="row">') == 26, "weeks in which nobody asked too"
