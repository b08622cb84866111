"""The example's five databases: without a declared key, every link that its map holds is found, across stores too."""

from __future__ import annotations

from pathlib import Path

from inference_estate import Estate

from troth.datamap.mapfile import load
from troth.example import build

MAP = Path(__file__).parents[2] / "src" / "troth" / "example" / "troth.map.yaml"


def test_the_links_of_the_example_are_found_in_and_across_its_stores(tmp_path: Path) -> None:
    build(tmp_path)
    decided = {(link.source, link.columns, link.target, link.target_columns) for link in load(MAP).links}
    across = {link for link in decided if link[0].system != link[2].system}
    estate = Estate({path.stem: path for path in sorted(tmp_path.glob("*.sqlite"))})
    got = {guess.identity for guess in estate.inferred().links}
    assert len(across) >= 3
    assert across <= got
    assert len(got & decided) >= 0.95 * len(decided), sorted(decided - got)
    assert len(got & decided) >= 0.95 * len(got), sorted(got - decided)
