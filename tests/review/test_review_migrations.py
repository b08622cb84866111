"""What a migration adds to the stores and the map does not know is told, whatever it is written in."""

from __future__ import annotations

from pathlib import Path

import pytest
from review_world import BASE, MAP, edited, ids, told

from troth.evidence.review.ddl import read
from troth.workflows.review_files import LARGEST, is_migration

MOBILE = "crm.customer.mobile_phone"
ALEMBIC = """
import sqlalchemy as sa
from alembic import op

def upgrade():
    op.add_column("customer", sa.Column("mobile_phone", sa.String(20)))

def downgrade():
    op.add_column("customer", sa.Column("birth_date", sa.Date()))
"""
BATCH = """
from alembic import op
import sqlalchemy as sa

def upgrade():
    with op.batch_alter_table("customer") as batch_op:
        batch_op.add_column(sa.Column("mobile_phone", sa.String(20)))
"""
DJANGO = """
from django.db import migrations, models

class Migration(migrations.Migration):
    operations = [
        migrations.AddField(model_name="Customer", name="mobile_phone", field=models.CharField(max_length=20)),
        migrations.AddField("customer", "visited", models.ManyToManyField("shop")),
    ]
"""
RUN_SQL = """
from django.db import migrations

class Migration(migrations.Migration):
    operations = [migrations.RunSQL(
        "ALTER TABLE customer ADD mobile_phone text",
        "ALTER TABLE customer DROP mobile_phone",
    )]
"""
RAILS = """
class AddPhone < ActiveRecord::Migration[7.1]
  def up
    add_column :customer, :mobile_phone, :string
  end

  def down
    add_column :customer, :birth_date, :date
  end
end
"""
FILES = {
    "db/migrate/20261123_add_phone.rb": RAILS,
    "shop/migrations/0002_phone.py": DJANGO,
    "shop/migrations/0003_sql.py": RUN_SQL,
    "alembic/versions/1a2b_phone.py": ALEMBIC,
    "alembic/versions/2a2b_phone.py": BATCH,
    "migrations/V2__phone.sql": "ALTER TABLE crm.customer ADD COLUMN IF NOT EXISTS mobile_phone varchar(20) NOT NULL;",
    "db/2.sql": 'alter table if exists only "customer" add mobile_phone text, alter column id set not null',
    "db/3.sql": "ALTER TABLE `customer` CHANGE COLUMN `shoe` `mobile_phone` VARCHAR(20) AFTER `id`;",
    "db/4.sql": "ALTER TABLE [dbo].[customer] ADD shoe2 int NULL, mobile_phone nvarchar(20) NULL\nGO\n",
    "db/5.sql": "ALTER TABLE customer ADD (shoe2 NUMBER(3), mobile_phone VARCHAR2(20));",
    "db/6.sql": "ALTER TABLE customer RENAME COLUMN shoe TO mobile_phone;",
    "db/7.sql": "-- +goose Up\nALTER TABLE customer ADD mobile_phone text;\n-- +goose Down\nALTER TABLE customer ADD birth_date date;",
    "db/8.sql": "INSERT INTO note VALUES ('ALTER TABLE customer ADD born date; -- x'); /* ; */ ALTER TABLE customer ADD mobile_phone text;",
}


@pytest.mark.parametrize("file", FILES)
def test_a_column_is_seen_in_every_kind_of_migration(file: str, tmp_path: Path) -> None:
    found = [
        one for one in told(tmp_path, BASE, {**BASE, file: FILES[file]}) if "shoe2" not in one["message"]
    ]
    assert [(one["id"], one["column"], one["file"]) for one in found] == [
        ("review.V080", "mobile_phone", file)
    ]
    line = FILES[file].splitlines()[found[0]["line"] - 1]
    assert "mobile_phone" in line
    assert found[0]["message"] == (
        f"a migration adds telephone number ({MOBILE}) with no promise, basis or delete date: the map does not know it"
    )


@pytest.mark.parametrize("file", FILES)
def test_a_column_that_the_map_knows_is_the_maps_to_tell(file: str, tmp_path: Path) -> None:
    known = edited(("troth.map.yaml", "          shoe: quantity\n",
                    "          shoe: quantity\n          mobile_phone: phone\n          shoe2: quantity\n"))  # fmt: skip
    assert ids(told(tmp_path, BASE, {**known, file: FILES[file]})) == ["V002"]


def test_what_an_earlier_revision_did_is_not_told_again(tmp_path: Path) -> None:
    old = {**BASE, "db/1.sql": FILES["db/6.sql"]}
    moved = {**BASE, "db/0001.sql": "-- moved\n" + FILES["db/6.sql"]}
    assert told(tmp_path, old, old) == []
    assert told(tmp_path / "moved", old, moved) == []


def test_a_table_that_no_map_knows(tmp_path: Path) -> None:
    made = """
CREATE TABLE IF NOT EXISTS public.lead (
  id bigint PRIMARY KEY,
  e_mail varchar(80) NOT NULL DEFAULT 'x, y (z)', -- whose
  full_name text CHECK (full_name <> ''),
  "birth_date" date,
  CONSTRAINT one UNIQUE (e_mail, full_name),
  KEY by_name (full_name)
);
CREATE TABLE migration (id int, email text);
CREATE TABLE width (id int, width numeric(9, 2));
CREATE TEMP TABLE passing (email text);
CREATE INDEX by_phone ON customer (phone);
"""
    found = told(tmp_path, BASE, {**BASE, "db/9.sql": made})
    assert [(one["id"], one["dataset"], one["line"]) for one in found] == [
        ("review.V080", "public.lead", 2),
        ("review.V081", "width", 11),
    ]
    assert (
        "adds e-mail address, name and date of birth (public.lead: e_mail, full_name, birth_date)"
        in found[0]["message"]
    )


def test_djangos_new_model_is_a_table(tmp_path: Path) -> None:
    made = """
operations = [migrations.CreateModel(
    name="Lead",
    fields=[("id", models.AutoField(primary_key=True)), ("e_mail", models.EmailField()), ("owner", models.ForeignKey("x"))],
    options={"db_table": "sales_lead"},
)]
"""
    (one,) = told(tmp_path, BASE, {**BASE, "shop/migrations/0002_lead.py": made})
    assert (one["id"], one["dataset"], one["line"]) == ("review.V080", "sales_lead", 2)


def test_a_flag_about_a_telephone_is_no_telephone(tmp_path: Path) -> None:
    (one,) = told(tmp_path, BASE, {**BASE, "db/9.sql": "ALTER TABLE customer ADD phone_verified boolean;"})
    assert (one["id"], one["column"]) == ("review.V081", "phone_verified")


def test_a_column_that_goes_for_good_is_no_loss(tmp_path: Path) -> None:
    head = edited(("troth.map.yaml", "          name: full_name\n", ""))
    dropped = {**head, "db/9.sql": "ALTER TABLE public.customer DROP COLUMN IF EXISTS name CASCADE;"}
    assert ids(told(tmp_path / "left", BASE, head)) == ["V007"]
    assert ids(told(tmp_path / "gone", BASE, dropped)) == ["V083"]


def test_a_table_that_goes_for_good_is_no_loss(tmp_path: Path) -> None:
    head = edited(("troth.map.yaml", MAP[MAP.index("      invoice:") : MAP.index("      town:")], ""))
    head["troth.retention.yaml"] = BASE["troth.retention.yaml"].split("  invoices:\n")[0]
    assert ids(told(tmp_path / "left", BASE, head)) == ["V013"]
    gone = {**head, "db/9.sql": "DROP TABLE IF EXISTS invoice_old, invoice;"}
    assert ids(told(tmp_path / "gone", BASE, gone)) == ["V083"]


@pytest.mark.parametrize("content", ["def upgrade(:\n", "x" * (LARGEST + 1)], ids=["no Python", "too large"])
def test_a_migration_that_cannot_be_read_is_said(content: str, tmp_path: Path) -> None:
    (one,) = told(tmp_path, BASE, {**BASE, "shop/migrations/0002_x.py": content})
    assert (one["id"], one["level"], one["file"]) == ("review.V082", "warning", "shop/migrations/0002_x.py")


def test_which_files_change_a_schema() -> None:
    yes = ("migrations/1.sql", "src/db/migrate/1_x.rb", "flyway/V1__a.sql", "V2__b.sql", "x/0003_c.sql", "db/schema.sql",
           "shop/migrations/0001_initial.py", "alembic/versions/a1.py")  # fmt: skip
    no = ("report.sql", "db/1.down.sql", "U2__b.sql", "shop/migrations/__init__.py", "shop/models.py",
          "app/migrate/readme.md")  # fmt: skip
    assert [name for name in yes if not is_migration(name)] == []
    assert [name for name in no if is_migration(name)] == []


def test_strings_comments_and_dollars_are_no_statements() -> None:
    text = """
# ALTER TABLE a ADD b text;
/* ALTER TABLE a ADD c text; */
DO $body$ BEGIN ALTER TABLE a ADD d text; END $body$;
SELECT 'it''s; ALTER TABLE a ADD e text', "ALTER TABLE";
CREATE FUNCTION f() RETURNS int AS $$ ALTER TABLE a ADD f text; $$;
ALTER TABLE a ADD CONSTRAINT g CHECK (h > 0), ADD INDEX (i), ADD KEY key_j (j), ADD key varchar(20), ALTER COLUMN k TYPE text;
"""
    assert [(column.name, column.spot.line) for made in read(text, "x") for column in made.columns] == [
        ("key", 7)
    ]


def test_a_table_made_anew_has_not_gone(tmp_path: Path) -> None:
    head = edited(("troth.map.yaml", "          name: full_name\n", ""))
    anew = "DROP TABLE customer; CREATE TABLE customer (id int, name text);"
    assert ids(told(tmp_path, BASE, {**head, "db/9.sql": anew})) == ["V007", "V080"]


def test_a_large_file_of_rows_alone_is_no_doubt(tmp_path: Path) -> None:
    rows = "INSERT INTO customer VALUES (1, 'a drop; a word');\n" * 45_000
    assert len(rows) > 2 * 2**20
    assert ids(told(tmp_path / "rows", BASE, {**BASE, "db/9.sql": rows})) == []
    mixed = rows + "ALTER TABLE customer ADD mobile_phone text;"
    assert ids(told(tmp_path / "mixed", BASE, {**BASE, "db/9.sql": mixed})) == ["V082"]


@pytest.mark.parametrize("open_", ["'it", "/* it", '"it', "$body$ it", "`it"])
def test_what_follows_a_text_without_an_end_is_not_passed_over(open_: str, tmp_path: Path) -> None:
    text = f"INSERT INTO x VALUES ({open_} \n);\nALTER TABLE customer ADD mobile_phone text;"
    (one,) = told(tmp_path, BASE, {**BASE, "db/9.sql": text})
    assert (one["id"], one["message"]) == (
        "review.V082",
        "a migration cannot be read: a text or comment in it has no end",
    )


def test_a_delimiter_of_dollars_hides_nothing_after_it() -> None:
    text = "DELIMITER $$\nCREATE TRIGGER a BEGIN END $$\nCREATE TRIGGER b BEGIN END $$\nDELIMITER ;\nALTER TABLE a ADD b text;"
    assert [column.name for made in read(text, "x") for column in made.columns] == ["b"]
