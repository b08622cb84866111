"""An owner, a recipient and a customer each answer behind their link, with no cookie and no script; the console shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from after_world import ALMA, BO, Company
from case_desk import OLGA, Desk
from cast_world import MANUAL, VISIT
from http_visitor import Page, Visitor
from running_server import Served, start, stop

from live import Live
from troth.workflows import cases as cases_module
from troth.workflows import customers, manual, recipients
from troth.workflows.cases import Opened

HEAD = """
customers: {acme: data@acme.example}
recipients:
  Sporvogn Fragt A/S: {mail: dpo@sporvogn.example, gets: [crm.orders]}
systems:"""


@dataclass
class World:
    """A desk whose cases were opened and worked off, and the server that then came up over the same state."""

    desk: Desk
    served: Served
    owner: str
    recipient: str
    customer: str
    cases: dict[str, Opened]

    def get(self, link: str, language: str = "en") -> Page:
        return self.served.visitor(language).get(f"/{language}/task/{link}/")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("tasks")
    (folder / "crm.sqlite").touch()
    desk = Desk(Company(Live("sqlite", f"sqlite:///{folder}/crm.sqlite"), folder / "company"))
    desk.company.live.run("CREATE TABLE visit (id INTEGER PRIMARY KEY, person INTEGER, client VARCHAR(80));")
    desk.company.live.run("INSERT INTO visit VALUES (1, 2, 'acme');")
    path = desk.company.folder / "troth.map.yaml"
    told = path.read_text().replace("\nsystems:", HEAD, 1).replace("    unmapped:\n", VISIT, 1)
    path.write_text(told.rstrip("\n") + MANUAL)
    erased = desk.known("erasure")
    asked, quiet = desk.known("access", who=BO), desk.known("access", "restriction", who=BO)
    stopped = desk.open("access", "marketing_objection", who=BO)
    desk.work()
    desk.erased(erased)

    def link(case: Opened, begins: str) -> str:
        return str(re.findall(r"/opgave/([a-z2-7]+)/", desk.mails(case, begins)[0]["text"])[0])

    links = [link(asked, "manual"), link(erased, "recipient"), link(asked, "customer")]
    running = start(folder, TROTH_SECOND_FACTOR="none")
    running.accounts({"officer": ("officer",), "admin_tenant": ("admin_tenant",)})
    cases = {"erased": erased, "asked": asked, "quiet": quiet, "stopped": stopped}
    yield World(desk, running, *links, cases)
    stop(running)


def test_a_link_opens_its_page_in_both_languages_and_nothing_else_does(world: World) -> None:
    for link, danish, english in (
        (world.owner, "mapper i kælderen", "binders in the basement"),
        (world.recipient, "slettet", "erased"),
        (world.customer, "Må vi give personen en kopi", "May we give the person a copy"),
    ):
        for language, words in (("da", danish), ("en", english)):
            page = world.get(link, language)
            assert (page.status, page.header("Set-Cookie")) == (200, None)
            assert words in page.text
            assert page.header("Referrer-Policy") == "no-referrer"
            assert "no-store" in str(page.header("Cache-Control"))
        assert world.served.visitor("da").get(f"/da/opgave/{link}/").status == 200
        assert world.get(link[:-1]).status == 404
        assert world.get(link[:-1] + ("a" if link[-1] != "a" else "b")).status == 404
    assert ALMA in world.get(world.recipient).text
    assert BO not in world.get(world.recipient).text


def test_what_a_form_says_wrong_changes_nothing(world: World) -> None:
    visitor = world.served.visitor()
    page = visitor.get(f"/en/task/{world.owner}/")
    assert visitor.send(page, "task", said="everything").status == 422
    assert visitor.send(page, "task").status == 422
    assert visitor.post(page.url, {"said": "nothing"}).status == 403  # no token of ours
    told = {**page.form("task").fields, "said": "nothing"}
    assert (
        visitor.post(page.url, told, Origin="https://evil.example", Sec_Fetch_Site="cross-site").status == 403
    )
    other = visitor.get(f"/en/task/{world.customer}/")
    assert visitor.send(other, "task", hand_over="perhaps").status == 422
    assert visitor.send(other, "task", erase="yes").status == 409
    (answered,) = manual.answers(world.desk.house, world.cases["asked"].name)
    assert answered["said"] == "open"
    assert customers.listed(world.desk.house, world.cases["asked"].name)[0]["said"] == {}


def test_each_answers_on_their_page(world: World) -> None:
    asked, erased, house = world.cases["asked"].name, world.cases["erased"].name, world.desk.house
    visitor = Visitor(world.served.base, "da")
    page = visitor.get(f"/da/task/{world.owner}/")
    assert (
        "Tak, vi har jeres svar." in visitor.send(page, "task", said="done", words="set efter under V").text
    )
    assert manual.answers(house, asked)[0]["said"] == "done"
    page = visitor.get(f"/da/task/{world.customer}/")
    assert "Tak, vi har jeres svar." in visitor.send(page, "task", hand_over="yes").text
    assert customers.listed(house, asked)[0]["said"] == {"hand_over": True}
    page = visitor.get(f"/da/task/{world.recipient}/")
    assert "I har bekræftet" in visitor.send(page, "task").text
    assert recipients.listed(house, erased)[0]["state"] == "acknowledged"
    assert ALMA not in visitor.get(f"/da/task/{world.recipient}/").text


def test_a_file_that_is_handed_over_keeps_a_name_of_ours(world: World) -> None:
    visitor = world.served.visitor()
    page = visitor.get(f"/en/task/{world.owner}/")
    token = page.form("task").fields["form"]
    parts = [
        'name="form"\r\n\r\n' + token, 'name="said"\r\n\r\ndone',
        'name="files"; filename="../../etc/pass\twd.pdf"\r\nContent-Type: text/html;evil\r\n\r\nkanarie-scan',
    ]  # fmt: skip
    body = "".join(f"--line\r\nContent-Disposition: form-data; {part}\r\n" for part in parts) + "--line--\r\n"
    headers = {
        "Content-Type": "multipart/form-data; boundary=line",
        "Origin": visitor.base,
        "Sec-Fetch-Site": "same-origin",
    }
    assert visitor.ask("POST", page.url, body.encode(), headers=headers).status == 200
    (handed,) = world.desk.papers(world.cases["asked"], manual.HANDED)
    assert re.fullmatch(r"[\w. -]+", handed["file"])
    assert handed["type"] in ("text/html", "application/octet-stream")
    manual.hand_over(world.desk.house, world.cases["asked"].name, handed["name"], OLGA)
    assert world.desk.paper(world.cases["asked"], "copy") == b"kanarie-scan"


def test_the_log_holds_no_link_and_no_person(world: World) -> None:
    text = world.served.log.read_text(encoding="utf-8")
    assert "task" in text
    for word in (world.owner, world.recipient, world.customer, ALMA, BO, "kanarie", "acme.example"):
        assert word not in text


def test_the_officer_sees_who_must_act_and_enters_what_they_say(world: World) -> None:
    officer, case = world.served.staff("officer"), world.cases["quiet"].name
    page = officer.get(f"/console/case/{case}/others/")
    assert page.status == 200
    for words in ("archive", "no answer yet", "every use", "acme"):
        assert words in page.text
    assert officer.get(f"/console/case/{case}/").text.count(f"/console/case/{case}/others/") == 1

    def step(**given: str) -> int:
        token = {"csrfmiddlewaretoken": page.form("others/act").fields["csrfmiddlewaretoken"]}
        return officer.post(f"/console/case/{case}/others/act/", {**token, **given}).status

    assert step(step="attest", system="archive", said="done") == 409  # nothing is decided yet
    assert step(step="lift", kind="restriction", words="it is over") == 422  # no day was named
    assert (
        step(step="lift", kind="restriction", words="it is over", on="2026-01-01") == 409
    )  # the person must be told first
    assert (
        step(step="impossible", recipient="Sporvogn Fragt A/S", words="gone") == 422
    )  # nobody was to be told
    assert step(step="something") == 422
    assert step(step="attest", system="archive", said="nothing", words="they called") == 302
    (told,) = manual.answers(world.desk.house, case)
    assert (told["said"], told["by"]) == ("nothing", "officer")


def test_what_must_stop_is_a_page_of_its_own_and_the_officer_sees_it_apart(world: World) -> None:
    case, house, visitor = world.cases["stopped"].name, world.desk.house, world.served.visitor("en")
    (mail,) = world.desk.mails(world.cases["stopped"], "manual")
    (link,) = re.findall(r"/opgave/([a-z2-7]+)/", mail["text"])
    page = visitor.get(f"/en/task/{link}/")
    assert "Do not use it for marketing, sale or sharing" in page.text
    assert "First look whether you hold anything" not in page.text
    assert BO in page.text
    assert "Thank you, we have your answer." in visitor.send(page, "task", said="found").text
    assert world.desk.load(world.cases["stopped"]).case.stops == {"archive": "found"}
    officer = world.served.staff("officer")
    around = officer.get(f"/console/case/{case}/others/")
    assert around.text.count("archive (the use must stop)") == 2
    assert officer.send(around, "others/act", said="done").status == 302
    (told,) = manual.answers(house, case)
    assert (told["stop"], told["said"], told["by"]) == (True, "done", "officer")


def test_an_administrator_of_a_customer_sees_their_own_tasks_alone(world: World) -> None:
    theirs, case = world.served.staff("admin_tenant"), world.cases["quiet"].name
    page = theirs.get("/console/", follow=True)
    assert page.url == "/console/tasks/"
    mark = customers.listed(world.desk.house, case)[0]["mark"]
    assert f"/console/tasks/{case}/{mark}/" in page.text
    assert BO not in page.text
    task = theirs.get(f"/console/tasks/{case}/{mark}/")
    assert BO in task.text
    assert theirs.send(task, mark).status == 422
    assert theirs.send(task, mark, hand_over="no").status == 200
    assert customers.listed(world.desk.house, case)[0]["said"] == {"hand_over": False}
    for other in (
        f"/console/tasks/{world.cases['erased'].name}/{mark}/",
        f"/console/tasks/{case}/{'0' * 32}/",
    ):
        assert theirs.get(other).status == 404
    assert theirs.get(f"/console/case/{case}/others/").status == 403


def test_a_yes_that_came_too_late_stands_in_the_inbox(world: World) -> None:
    case, house, officer = world.cases["quiet"].name, world.desk.house, world.served.staff("officer")
    assert "A customer said yes after it was settled" not in officer.get("/console/").text
    with cases_module.at_desk(house) as books:
        customers_ = cases_module.file_of(books, case).asker["customers"]
        late = {mark: {**told, "late": {"hand_over": "2026-03-02"}} for mark, told in customers_.items()}
        cases_module.amend(books, case, {"customers": late})
    inbox = officer.get("/console/").text
    assert "A customer said yes after it was settled (1)" in inbox
    assert f"/console/case/{case}/others/" in inbox
    assert (
        "Hand over a copy: said yes after it was settled" in officer.get(f"/console/case/{case}/others/").text
    )
