"""What a person takes along is theirs, provided or observed, on consent or contract; a copy tells what the law wants told."""

from __future__ import annotations

import csv
import io
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import troth.example
from troth.datamap.mapfile import load
from troth.documents.information import letter_facts
from troth.documents.letter import needs
from troth.example import HERO
from troth.example.estate import build
from troth.stores.sqlite import STORE
from troth.terms.errors import UsageError
from troth.terms.settings import Settings
from troth.workflows.copy_questions import named
from troth.workflows.erase import Request
from troth.workflows.export import export, regime_of
from troth.workflows.house import House
from troth.workflows.information import information, known
from troth.workflows.portability import export_portable

EXAMPLE = Path(troth.example.__file__).parent
ASKED = Request([HERO.email])
CPR = HERO.cpr
assert CPR


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example company's databases, map, retention rules and notice; nothing here changes the databases."""
    folder = tmp_path_factory.mktemp("company")
    build(folder, people=60)
    for name in ("troth.map.yaml", "troth.retention.yaml"):
        shutil.copy(EXAMPLE / name, folder / name)
    shutil.copytree(EXAMPLE / "notice", folder / "notice")
    return folder


def house(folder: Path, name: str = "troth.map.yaml") -> House:
    return House(Settings(), {"sqlite": STORE}, {}, folder / name)


def changed(folder: Path, old: str, new: str) -> House:
    """The company with a map that says something else."""
    text = (folder / "troth.map.yaml").read_text(encoding="utf-8")
    assert old in text
    (folder / "other.map.yaml").write_text(text.replace(old, new), encoding="utf-8")
    return house(folder, "other.map.yaml")


@pytest.fixture(scope="module")
def portable(company: Path) -> tuple[dict[str, Any], dict[str, Any], Path]:
    folder = company / "portable"
    told = export_portable(house(company), ASKED, folder)
    return told, json.loads((folder / "data.json").read_text(encoding="utf-8")), folder


@pytest.fixture(scope="module")
def copy(company: Path) -> tuple[dict[str, Any], dict[str, Any], Path]:
    folder = company / "copy"
    told = export(house(company), ASKED, folder)
    return told, json.loads((folder / "data.json").read_text(encoding="utf-8")), folder


def test_what_is_portable_rests_on_consent_or_contract(company: Path, portable: Any) -> None:
    told, data, _ = portable
    assert not told["blocked"]
    written = known(house(company), load(company / "troth.map.yaml"))
    held = {f"{one['system']}.{one['dataset']}" for one in data["datasets"]}
    assert {"crm.contact", "newsletter.subscriber", "billing.invoice"} <= held
    for ref, dataset in written.datamap.datasets.items():
        if str(ref) in held:
            assert {"consent", "contract"} & written.bases(dataset)
            columns = next(
                one["columns"] for one in data["datasets"] if f"{one['system']}.{one['dataset']}" == str(ref)
            )
            assert {dataset.origin_of(name) for name in columns} <= {"provided", "observed"}
    left = {(one["place"], *one["columns"]) for one in told["left_out"]}
    assert ("product.session",) in left, "security rests on a legitimate interest"
    assert ("product.account", "password_hash") in left, "we made it"
    assert ("support.message", "staff_name") in left, "it is about somebody else"


def test_json_and_csv_hold_the_same_rows(portable: Any) -> None:
    told, data, folder = portable
    assert told["rows"] == data["totals"]["rows"] == sum(one["count"] for one in data["datasets"]) > 20
    for one in data["datasets"]:
        lines = list(csv.DictReader(io.StringIO((folder / one["table"]).read_text(encoding="utf-8"))))
        assert [list(line) for line in lines[:1]] == [one["columns"]][: len(lines)]
        assert len(lines) == one["count"] == len(one["rows"])
        for line, row in zip(lines, one["rows"], strict=True):
            assert all(line[name] == "" for name, value in row.items() if value is None)
            assert all(line[name] == value for name, value in row.items() if type(value) is str)
    assert {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()} == {0o600}


def test_nobody_elses_row_is_portable(portable: Any, copy: Any) -> None:
    _, data, _ = portable
    _, whole, _ = copy
    others = {
        json.dumps(row["key"], sort_keys=True)
        for one in whole["datasets"]
        for row in one["rows"]
        if row["relation"] != "owns" and one["dataset"] == "message"
    }
    kept = {json.dumps({"message_id": row["message_id"]}) for one in data["datasets"] if one["dataset"] == "message"
            for row in one["rows"]}  # fmt: skip
    assert kept
    assert not kept & others


@pytest.mark.parametrize(
    ("old", "new", "question"),
    [("        purposes: [marketing]\n", "", "port.Q001"), ("        origin: provided\n", "", "port.Q002")],
)
def test_what_nobody_wrote_down_is_asked_and_nothing_is_written(
    company: Path, tmp_path: Path, old: str, new: str, question: str
) -> None:
    told = export_portable(changed(company, old, new), ASKED, tmp_path / "out")
    assert told["blocked"]
    assert question in {one["id"] for one in told["questions"] if one["blocking"]}
    assert not (tmp_path / "out").exists()
    assert not list(tmp_path.iterdir())
    names = {named(one): "leave" for one in told["questions"] if one["blocking"]}
    left = export_portable(changed(company, old, new), replace(ASKED, settled=names), tmp_path / "out")
    assert not left["blocked"]
    assert "written down" in str(left["left_out"])
    taken = replace(ASKED, settled=dict.fromkeys(names, "theirs"))
    whole = export_portable(changed(company, old, new), taken, tmp_path / "out")
    assert not whole["blocked"]
    assert "written down" not in str(whole["left_out"])


def test_a_purpose_that_the_notice_has_not_is_refused_with_its_place(company: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no purpose 'fun'.*crm\.contact|crm\.contact.*no purpose 'fun'"):
        export_portable(
            changed(company, "purposes: [deliver, relations]", "purposes: [fun]"), ASKED, tmp_path / "o"
        )


def test_a_copy_tells_every_point_of_the_law(copy: Any) -> None:
    told, data, folder = copy
    information = data["information"]
    assert told["gaps"] == information["not_written_down"] == []
    assert {one["purpose"]["en"] for one in information["purposes"]} >= {
        "Invoices and payment",
        "To let you sign in",
    }
    assert all(one["legal_basis"]["da"] for one in information["purposes"])
    assert {"Klippeø Hosting A/S", "Havgry Software Inc."} <= {
        one["name"]["da"] for one in information["recipients"]
    }
    abroad = [one for one in information["recipients"] if one["outside_eea"]]
    assert abroad
    assert all("artikel 4" in one["safeguard"]["da"] for one in abroad)
    assert "litra b" in json.dumps(information["purposes"])
    assert {one["what"]["da"] for one in information["retention"]} >= {"crm.contact", "billing.invoice"}
    assert len(information["sources"]) == 3
    assert information["automated_decisions"] == []
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert "klage til Datatilsynet, eller til" in page, "the authority that the notice names"
    for words in (
        "Hvem der får dem",
        "Who receives it",
        "Havgry Software Inc.",
        "alene ved automatik",
        "2 år efter",
    ):
        assert words in page, words


def test_what_is_told_is_only_about_where_the_person_is(company: Path) -> None:
    little = information(known(house(company), house(company).map()), {"newsletter.subscriber"})
    assert [what.en for what, _ in little.purposes] == ["Marketing and newsletter"]
    assert "Øresund Betaling AB" not in {one.name.da for one in little.recipients}
    assert {one.da for one in little.categories} >= {"Navn", "E-mailadresse"}
    assert "Betalingskort" not in {one.da for one in little.categories}


@pytest.mark.parametrize(
    ("regime", "kind"), [("eu", "copy"), ("california", "copy"), ("california", "categories")]
)
def test_the_letter_gets_its_facts_from_it(company: Path, regime: Any, kind: str) -> None:
    facts = letter_facts(
        information(known(house(company), house(company).map()), {"crm.contact", "billing.card"}), regime
    )
    demanded = frozenset().union(*needs(kind, regime).values())
    assert facts.keys() <= demanded
    assert demanded - facts.keys() <= {
        "download", "expires", "unsearched", "withheld", "also", "since", "sensitive", "left_refused", "left_silent",
    }  # fmt: skip


def test_without_a_notice_the_gaps_are_told_with_their_remedy(company: Path, tmp_path: Path) -> None:
    for path in company.iterdir():
        if path.suffix == ".sqlite" or path.name == "troth.map.yaml":
            shutil.copy(path, tmp_path / path.name)
    told = export(house(tmp_path), ASKED, tmp_path / "out")
    assert {gap["point"] for gap in told["gaps"]} >= {"purposes", "recipients", "retention", "automated"}
    assert all(gap["remedy"] for gap in told["gaps"])
    assert "Det er ikke skrevet ned" in (tmp_path / "out/index.html").read_text(encoding="utf-8")
    facts = letter_facts(information(known(house(tmp_path), house(tmp_path).map()), told["places"]), "eu")
    assert not {"purposes", "recipients", "transfers", "retention", "automated"} & facts.keys()


def test_california_says_what_is_held_and_does_not_show_it(company: Path, copy: Any, tmp_path: Path) -> None:
    told = export(house(company), ASKED, tmp_path / "out", "california")
    assert told["withheld"] == ["credential", "national_id", "payment_card"]
    everything = "".join(
        path.read_text(encoding="utf-8")
        for path in (tmp_path / "out").rglob("*")
        if path.suffix in {".html", ".json"}
    )
    _, whole, _ = copy
    assert CPR in json.dumps(whole), "the European copy shows it"
    assert CPR not in everything
    data = json.loads((tmp_path / "out/data.json").read_text(encoding="utf-8"))
    assert {one["dataset"]: one["withheld"] for one in data["datasets"] if "withheld" in one} == {
        "card": ["last4", "token"], "contact": ["cpr"], "account": ["password_hash"],
    }  # fmt: skip
    assert "loven forbyder os at vise" in everything
    assert "Datatilsynet" not in everything, "it hears no Californian"
    assert "sælges eller deles" in everything
    moved = export_portable(house(company), ASKED, tmp_path / "moved", "california")
    assert CPR not in (tmp_path / "moved/data.json").read_text(encoding="utf-8")
    assert ("crm.contact", ["cpr"]) in [(one["place"], one["columns"]) for one in moved["left_out"]]
    assert "product.session" in {f"{one['system']}.{one['dataset']}" for one in
                                 json.loads((tmp_path / "moved/data.json").read_text(encoding="utf-8"))["datasets"]}  # fmt: skip


def test_a_law_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError, match="Known: eu, california"):
        regime_of("texas")
    assert regime_of("california") == "california"
