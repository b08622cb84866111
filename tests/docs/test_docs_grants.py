"""The documented grants suffice on a real server, and fewer do not: each role runs the commands it is meant for."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from doc_pages import blocks, page, sections
from psycopg import sql

from demo_run import troth

SHOP = """
CREATE TABLE customer (id int PRIMARY KEY, name text NOT NULL, email text NOT NULL UNIQUE);
CREATE TABLE purchase (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customer (id), note text);
INSERT INTO customer VALUES (1, 'Alma Lindqvist', 'alma@example.dk'), (2, 'Bjarke Holmslund', 'bjarke@example.dk');
INSERT INTO purchase VALUES (1, 1, 'to Alma Lindqvist'), (2, 2, 'told by alma@example.dk'), (3, 2, NULL);
"""
MAP = """
troth: 1
systems:
  shop:
    url: {url}
    datasets:
      customer:
        subject: customer
        key: [id]
        fields: {{id: key, name: full_name, email: email}}
      purchase:
        key: [id]
        fields: {{id: key, customer_id: key, note: free_text}}
        links:
          - {{columns: [customer_id], to: "customer [id]", means: OWNED_BY, declared: true}}
"""


@pytest.fixture
def shop(postgres_url: str) -> Iterator[str]:
    """A database with two customers; the roles made in it are dropped at the end."""
    with psycopg.connect(postgres_url, autocommit=True) as db:
        db.execute(SHOP)
        yield postgres_url
        for role in ("troth_read", "troth_write"):
            if db.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                db.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(role)))
                db.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


def role_of(url: str, heading: str, folder: Path) -> str:
    """Runs the page's statements as the owner; the new role's address, and a map beside it in `folder`."""
    (statements,) = blocks(sections(page("grants.md"))[heading], "sql")
    (role,) = re.findall(r"CREATE ROLE (\w+)", statements)
    password = secrets.token_hex(12)
    with psycopg.connect(url, autocommit=True) as db:
        db.execute(statements.encode())
        db.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(password)))
    parts = urlsplit(url)
    place = f"{parts.hostname}:{parts.port}{parts.path}"
    (folder / "troth.map.yaml").write_text(MAP.format(url=f"postgresql://{role}@{place}"))
    return f"postgresql://{role}:{password}@{place}"


def emails(url: str) -> list[str]:
    with psycopg.connect(url) as db:
        return [row[0] for row in db.execute("SELECT email FROM customer ORDER BY id")]


@pytest.mark.process
def test_the_reading_role_can_do_all_that_reads_and_nothing_that_writes(shop: str, tmp_path: Path) -> None:
    address = role_of(shop, "PostgreSQL: reading", tmp_path)

    def run(*arguments: str) -> int:
        return troth(*arguments, cwd=tmp_path, TROTH_URL_SHOP=address).returncode

    assert troth("map", f"shop={address}", "-o", "proposed.yaml", cwd=tmp_path).returncode == 0
    assert run("map", "--check") == 0
    assert run("find", "alma@example.dk") == 0
    assert run("export", "alma@example.dk", "-o", "copy") == 0
    assert run("erase", "alma@example.dk", "--dry-run") == 0  # and says what the act would need
    assert not (tmp_path / ".troth" / "state.sqlite").exists()
    assert run("erase", "alma@example.dk", "--yes") == 4
    assert not (tmp_path / ".troth" / "state.sqlite").exists()
    assert emails(shop) == ["alma@example.dk", "bjarke@example.dk"]


@pytest.mark.process
def test_the_writing_role_can_erase(shop: str, tmp_path: Path) -> None:
    address = role_of(shop, "PostgreSQL: erasing", tmp_path)
    ran = troth("erase", "alma@example.dk", "--yes", "--json", cwd=tmp_path, TROTH_URL_SHOP=address)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert emails(shop) == ["bjarke@example.dk"]
    certificate = json.loads(Path(json.loads(ran.stdout)["certificates"][0]).read_text(encoding="utf-8"))
    assert "owner must" in json.dumps(certificate["absence"])  # VACUUM is the owner's right, and that is said


@pytest.mark.process
def test_a_table_that_cannot_be_read_stops_everything(shop: str, tmp_path: Path) -> None:
    address = role_of(shop, "PostgreSQL: erasing", tmp_path)
    with psycopg.connect(shop, autocommit=True) as db:
        db.execute("REVOKE SELECT ON purchase FROM troth_write")
    ran = troth("erase", "alma@example.dk", "--yes", "--json", cwd=tmp_path, TROTH_URL_SHOP=address)
    assert ran.returncode in (2, 4)
    assert emails(shop) == ["alma@example.dk", "bjarke@example.dk"]


@pytest.mark.process
def test_row_level_security_is_named_and_stops_everything(shop: str, tmp_path: Path) -> None:
    address = role_of(shop, "PostgreSQL: erasing", tmp_path)
    with psycopg.connect(shop, autocommit=True) as db:
        db.execute("ALTER TABLE purchase ENABLE ROW LEVEL SECURITY")
        db.execute("CREATE POLICY part ON purchase USING (id > 1)")
    ran = troth("erase", "alma@example.dk", "--yes", "--json", cwd=tmp_path, TROTH_URL_SHOP=address)
    assert ran.returncode == 4
    assert "plan.Q009" in {question["id"] for question in json.loads(ran.stdout)["questions"]}
    assert emails(shop) == ["alma@example.dk", "bjarke@example.dk"]


LACKING = {  # what is taken from the role -> what the preview says is lacking
    "REVOKE DELETE ON purchase": "DELETE on purchase",
    "REVOKE UPDATE ON purchase": "UPDATE (note) on purchase",
    "REVOKE DELETE, UPDATE ON customer, purchase": "DELETE on customer; UPDATE (note) on purchase; DELETE on purchase",
}


@pytest.mark.process
@pytest.mark.parametrize("taken", LACKING)
def test_a_right_that_is_lacking_is_named_before_anything_is_done(
    shop: str, tmp_path: Path, taken: str
) -> None:
    address = role_of(shop, "PostgreSQL: erasing", tmp_path)
    with psycopg.connect(shop, autocommit=True) as db:
        db.execute(f"{taken} FROM troth_write".encode())

    def told(how: str, code: int) -> set[str]:
        ran = troth("erase", "alma@example.dk", how, "--json", cwd=tmp_path, TROTH_URL_SHOP=address)
        assert ran.returncode == code, ran.stdout + ran.stderr
        (asked,) = [q for q in json.loads(ran.stdout)["questions"] if q["id"] == "plan.Q016"]
        assert asked["blocking"] == (code == 4)
        return set(asked["text"].partition(": ")[2].split("; "))

    assert told("--dry-run", 0) == told("--yes", 4) == set(LACKING[taken].split("; "))
    assert emails(shop) == ["alma@example.dk", "bjarke@example.dk"]
    with psycopg.connect(shop, autocommit=True) as db:
        db.execute("GRANT UPDATE (note), DELETE ON purchase TO troth_write")
        db.execute("GRANT DELETE ON customer TO troth_write")
    assert troth("erase", "alma@example.dk", "--yes", cwd=tmp_path, TROTH_URL_SHOP=address).returncode == 0
    assert emails(shop) == ["bjarke@example.dk"]
