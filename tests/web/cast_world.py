"""The cast at one served company: two people with a case in every state, an agent of one, and everybody who works on them."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from after_world import ALMA, BO, Company
from case_desk import FREE, OLGA, WORDS, Desk
from django.apps import apps
from http_visitor import Page, Visitor
from notice_bakery import workshop
from running_server import NAMED, Served, start

from live import Live
from troth.requests import commands as do
from troth.requests.deadlines import extension
from troth.workflows import asking, case_acts, case_identity, customers, public_notice
from troth.workflows import cases as cases_module
from troth.workflows.cases import Opened
from troth.workflows.checks import check
from troth.workflows.notice_versions import publish
from troth.workflows.reading import reading

HEAD = """
customers: {acme: data@acme.example, borg: data@borg.example}
recipients:
  Sporvogn Fragt A/S: {mail: dpo@sporvogn.example, gets: [crm.orders]}
systems:"""
VISIT = """\
      visit:
        key: [id]
        tenant: client
        fields: {id: key, person: key, client: none}
        links:
          - {columns: [person], to: "person [id]", means: OWNED_BY}
    unmapped:
"""
MANUAL = """
  archive:
    manual:
      owner: the archive
      mail: archive@vindheim.example
      holds: [full_name]
      says: {da: mapper i kælderen, en: binders in the basement}
"""
FACTS = """\
facts:
  authority.address: Carl Jacobsens Vej 35, 2500 Valby
  authority.website: https://www.datatilsynet.dk
"""
BOUND = "  control: {name: drift, deadline: P30D}\n"
CARLA = {"name": "Carla Ager", "email": "carla@fuldmagt.example"}
DORTE = "dorte@vindheim.example"
NAMES = {ALMA: "Alma Vind", BO: "Bo Holm"}


@dataclass
class Cast:
    """The desk on which the cases were worked off, the server over the same state, and every case and link by name."""

    desk: Desk
    served: Served
    cases: dict[str, Opened]
    links: dict[str, str]
    marks: dict[str, str]

    def code(self, name: str) -> str:
        """The newest code of a case, as its mail says it; in a thread of its own, since a browser's test has a loop in this one."""
        with ThreadPoolExecutor(1) as alone:
            return alone.submit(self._code, name).result()

    def _code(self, name: str) -> str:
        self.desk.company.clock[0] = datetime.now(UTC)
        self.desk.work()
        mails = [
            one["text"] for one in self.desk.mails(self.cases[name]) if re.search(r"\b\d{8}\b", one["text"])
        ]
        found = re.search(r"\b(\d{8})\b", mails[-1])
        assert found
        return found[1]

    def enter(self, name: str, browser: Visitor, language: str = "en") -> Page:
        """The page of a case, opened by a fresh code."""
        door = browser.get(f"/{language}/case/{self.cases[name].link}/")
        asked = browser.send(door, "case", action="send")
        page = browser.send(asked, "case", action="code", code=self.code(name))
        assert self.cases[name].number in page.text, page.text
        return page


def made(folder: Path) -> Cast:
    """Builds the company, works off its cases and starts the server."""
    (folder / "crm.sqlite").touch()
    company = Company(
        Live("sqlite", f"sqlite:///{folder}/crm.sqlite"), folder / "company", clock=[datetime.now(UTC) - timedelta(minutes=5)]
    )  # fmt: skip
    desk = Desk(company)
    company.live.run("CREATE TABLE visit (id INTEGER PRIMARY KEY, person INTEGER, client VARCHAR(80));")
    company.live.run("INSERT INTO visit VALUES (1, 2, 'acme'), (2, 2, 'borg');")
    company.live.run(f"INSERT INTO person VALUES (3, '{DORTE}', 'Dorte Falk', '+45 20 30 40 52');")
    told = (path := company.folder / "troth.map.yaml").read_text()
    told = told.replace("\nsystems:", HEAD, 1).replace("    unmapped:\n", VISIT, 1)
    path.write_text(told.rstrip("\n") + MANUAL)
    _notice(desk)
    cases = _cases(desk)
    _work(desk, cases)
    _break(desk)
    links = {
        name: str(re.findall(r"/(?:opgave|task)/([a-z2-7]+)/", desk.mails(cases[case], begins)[0]["text"])[0])
        for name, case, begins in (
            ("owner", "a_copy", "manual"), ("owner_b", "b_copy", "manual"), ("recipient", "a_erased", "recipient"),
            ("customer", "b_copy", "customer"),
        )
    }  # fmt: skip
    with cases_module.at_desk(desk.house) as books:
        links["confirm"] = case_identity.confirm_link(books, cases["a_agent"].name)
    marks = {one["customer"]: one["mark"] for one in customers.listed(desk.house, cases["b_copy"].name)}
    served = start(folder, "--workers", "0", TROTH_SECOND_FACTOR="none")
    served.accounts(NAMED)
    return Cast(desk, served, cases, links, marks)


def _notice(desk: Desk) -> None:
    """Two versions of the notice, the second not in force yet."""
    folder, today = desk.company.folder / "notice", desk.house.now().date()
    for day, keep in ((today, "P2Y"), (today + timedelta(days=40), "P3Y")):
        file = workshop(folder, keep) / "notice.yaml"
        file.write_text(file.read_text(encoding="utf-8").replace("facts:\n", FACTS, 1), encoding="utf-8")
        promises = folder / "promises.yaml"
        promises.write_text(promises.read_text(encoding="utf-8") + BOUND, encoding="utf-8")
        assert publish(desk.house, folder, day.isoformat(), "en")["version"]


def _break(desk: Desk) -> None:
    """A table that no map names: the promise is broken, and the officer has seen it, so everybody may."""
    desk.company.live.run("CREATE TABLE prospect (id INTEGER PRIMARY KEY, phone VARCHAR(40));")
    assert check(desk.house, [])["lights"]["broken"] == 1
    public_notice.seen(desk.house, "P1")


def _cases(desk: Desk) -> dict[str, Opened]:
    agent = {**CARLA, "permit": "confirm"}
    return {
        "a_copy": desk.known("access"),
        "b_copy": desk.known("access", who=BO),
        "a_erased": desk.known("erasure"),
        "c_plan": desk.known("erasure", who=DORTE),
        "a_new": desk.open("rectification"),
        "b_identity": desk.open("know_specific", who=BO, regime="california", country="US", language="en"),
        "a_refused": desk.known("objection"),
        "a_closed": desk.known("unsubscribe"),
        "b_unclear": desk.open("erasure", who=BO, unclear=True, channel="mail"),
        "a_agent": _by_agent(desk, agent),
    }


def _by_agent(desk: Desk, agent: dict[str, str]) -> Opened:
    opens = do.Open(
        ("access",), "eu", "DK", "da", "portal", desk.house.now().date(), FREE, agent=True,
    )  # fmt: skip
    asker = {"name": NAMES[ALMA], "email": ALMA, "words": WORDS, "agent": agent}
    return asking.open_case(desk.house, opens, asker, "person")


def _work(desk: Desk, cases: dict[str, Opened]) -> None:
    """Each case as far as its name says."""
    desk.do(cases["b_identity"], do.Acknowledge(), do.AskIdentity())
    desk.do(cases["a_agent"], do.Acknowledge())
    desk.work()
    desk.erased(cases["a_erased"])
    case_acts.propose(desk.house, cases["c_plan"].name, OLGA)
    last = extension(desk.load(cases["b_copy"]).case, reading(desk.house.settings))
    assert last
    desk.do(cases["b_copy"], do.Extend("the archive is being moved", last.last))
    desk.do(
        cases["a_refused"], do.Decide("objection", "refused", ("eu.art21.1.compelling",), "the contract runs")
    )
    closed = cases["a_closed"]
    for kind in desk.load(closed).case.undecided:
        desk.do(closed, do.Decide(kind, "granted"))
    for kind in desk.load(closed).case.outstanding:
        desk.do(closed, do.Act(kind))
    for system in desk.load(closed).case.waiting:
        desk.do(closed, do.AnswerManual(system, "done", stop=True))
    desk.do(closed, do.Deliver())
    desk.work()
    desk.do(closed, do.Close())
    with cases_module.at_desk(desk.house) as books:
        Job = apps.get_model("records", "Job")
        rows = Job.objects.of(books.tenant).filter(case=cases["c_plan"].name)
        assert rows.exists()
        stuck = Job.objects.of(books.tenant).filter(state="waiting").exclude(fault="")
        assert not stuck.exists(), [(job.kind, job.fault) for job in stuck]  # a letter that cannot be written
        rows.filter(pk=rows.last().pk).update(state="failed", fault="a store refused (crm)")
    desk.work()
