"""Where the sample databases lie: outside the project, and not everywhere."""

from pathlib import Path

SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "samples"
SQLITE_SAMPLES = {
    "chinook": "chinook/Chinook_Sqlite.sqlite",
    "northwind": "northwind/northwind.sqlite",
    "sakila": "sakila/sakila.sqlite",
}
