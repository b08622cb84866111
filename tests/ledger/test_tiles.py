"""The published files are those of C2SP tlog-tiles, and whoever has only them can prove all that we can."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from troth.ledger.tiles import (
    ENTRIES,
    Tile,
    TileReader,
    bundle_bytes,
    bundles_for,
    parse_bundle,
    parse_path,
    parse_tile,
    tile_bytes,
    tiles_for,
)
from troth.ledger.tlog import consistency_proof, inclusion_proof, leaf_hash, tree_hash
from troth.terms.errors import TamperedError, UsageError

Grow = Callable[[int], Any]

PATHS = {
    "tile/0/000": Tile(0, 0, 256),
    "tile/0/001.p/5": Tile(0, 1, 5),
    "tile/5/x123/x456/078": Tile(5, 123456078, 256),
    "tile/63/x001/x234/067.p/255": Tile(63, 1234067, 255),
    "tile/entries/x003/x057/500": Tile(ENTRIES, 3057500, 256),
}
NO_PATHS = [
    "tile/64/000", "tile/00/000", "tile/-1/000", "tile/0/0", "tile/0/0000", "tile/0/x000/001",
    "tile/0/001/002", "tile/0/x001/x002", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/300",
    "tile/0/000.p/05",
    "tile/data/000", "/tile/0/000", "tile/0/000\n", "tile/0/٠٠٠", "tile/0/" + "x999/" * 9 + "999", "",
]  # fmt: skip


@pytest.mark.parametrize(("path", "tile"), PATHS.items())
def test_a_tile_has_one_path_and_a_path_one_tile(path: str, tile: Tile) -> None:
    assert tile.path == path
    assert parse_path(path) == tile


@pytest.mark.parametrize("path", NO_PATHS)
def test_no_other_spelling_is_a_path(path: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_path(path)
    assert refused.value.place == path


def test_the_specifications_example_of_seventy_thousand_leaves() -> None:
    tiles = tiles_for(70_000)
    assert [len([t for t in tiles if (t.level, t.width) == shape]) for shape in
            ((0, 256), (0, 112), (1, 256), (1, 17), (2, 1))] == [273, 1, 1, 1, 1]  # fmt: skip
    assert len(tiles) == 277
    assert tiles_for(0) == bundles_for(0) == []


@given(st.lists(st.integers(0, 70_000), min_size=2, max_size=4).map(sorted))
@settings(max_examples=60, deadline=None)
def test_publishing_step_by_step_publishes_everything(sizes: list[int]) -> None:
    published = {
        tile for since, size in zip([0, *sizes], sizes, strict=False) for tile in tiles_for(size, since=since)
    }
    assert published.issuperset(tiles_for(sizes[-1]))
    assert tiles_for(sizes[-1], since=sizes[-1]) == []


@pytest.mark.parametrize("size", [1, 255, 256, 257, 700])
def test_the_tiles_alone_prove_what_the_store_proves(grow: Grow, size: int) -> None:
    store = grow(size)
    published = {tile.path: tile_bytes(tile, store) for tile in tiles_for(size)}
    reader = TileReader(size, lambda tile: published[tile.path])
    assert tree_hash(size, reader) == tree_hash(size, store)
    for at in {0, size // 3, size // 2, size - 1}:
        assert inclusion_proof(at, size, reader) == inclusion_proof(at, size, store)
        assert consistency_proof(at, size, reader) == consistency_proof(at, size, store)


def test_a_tower_of_tiles_proves_what_the_store_proves(grow: Grow) -> None:
    store = grow(66_000)
    fetched: list[Tile] = []

    def fetch(tile: Tile) -> bytes:
        fetched.append(tile)
        return tile_bytes(tile, store)

    assert tree_hash(66_000, TileReader(66_000, fetch)) == tree_hash(66_000, store)
    assert len(fetched) == len(set(fetched)) <= 3, "one tile of each level is enough for a root"
    assert inclusion_proof(12_345, 66_000, TileReader(66_000, fetch)) == inclusion_proof(
        12_345, 66_000, store
    )


def test_entries_hash_to_the_tile_above_them(grow: Grow) -> None:
    leaves = [f"leaf {number}".encode() for number in range(300)]
    for bundle in bundles_for(300):
        entries = leaves[bundle.index * 256 :][: bundle.width]
        above = Tile(0, bundle.index, bundle.width)
        data = bundle_bytes(entries)
        assert parse_bundle(bundle, data) == tuple(entries)
        assert parse_tile(above, tile_bytes(above, grow(300))) == tuple(
            map(leaf_hash, parse_bundle(bundle, data))
        )


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=5), st.data())
def test_a_cut_or_longer_bundle_is_refused(entries: list[bytes], data: st.DataObject) -> None:
    bundle, whole = Tile(ENTRIES, 0, len(entries)), bundle_bytes(entries)
    for wrong in (whole[: data.draw(st.integers(0, len(whole) - 1))], whole + b"\x00", whole + b"\x00\x00"):
        with pytest.raises(UsageError):
            parse_bundle(bundle, wrong)


def test_what_does_not_fit_is_refused(grow: Grow) -> None:
    with pytest.raises(UsageError):
        bundle_bytes([bytes(65_536)])
    with pytest.raises(UsageError):
        parse_tile(Tile(0, 0, 2), bytes(65))

    class Short:
        def read(self, indexes: object) -> list[bytes]:
            return [bytes(32)]

    with pytest.raises(TamperedError):
        tile_bytes(Tile(0, 0, 2), Short())
