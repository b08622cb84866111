"""The tree can be published as files that never change, and proved from those files alone (C2SP tlog-tiles).

A tile is 256 neighbouring hashes of one level of the tree, eight levels tall; an entry bundle is the 256
leaves under a tile of level 0. The tiles at the right edge are partial, and a later size brings a wider one
under another name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from troth.ledger.tlog import HASH_SIZE, HashReader, node_hash, split_stored_index, stored_index
from troth.terms.errors import TamperedError, UsageError

HEIGHT: Final = 8
FULL: Final = 1 << HEIGHT
ENTRIES: Final = -1
"""The level of an entry bundle: below the leaf hashes."""

LARGEST_ENTRY: Final = 2**16 - 1

_PATH = re.compile(
    r"tile/(?P<level>0|[1-9]|[1-5][0-9]|6[0-3]|entries)"
    r"/(?P<groups>(?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True, order=True)
class Tile:
    """One file of a published tree: its `level` (ENTRIES for a bundle), `index` there and `width` (1 to 256).

    >>> Tile(0, 1234067, 256).path
    'tile/0/x001/x234/067'
    >>> Tile(ENTRIES, 0, 5).path
    'tile/entries/000.p/5'
    """

    level: int
    index: int
    width: int

    @property
    def path(self) -> str:
        """The file's path below the log's prefix."""
        digits = str(self.index)
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        *folders, name = (digits[at : at + 3] for at in range(0, len(digits), 3))
        level = "entries" if self.level == ENTRIES else str(self.level)
        partial = "" if self.width == FULL else f".p/{self.width}"
        return f"tile/{level}/{''.join(f'x{folder}/' for folder in folders)}{name}{partial}"


def parse_path(path: str) -> Tile:
    """Return the tile that `path` names; UsageError for a path no tile has. C2SP tlog-tiles, Merkle Tree.

    >>> parse_path("tile/0/x001/x234/067")
    Tile(level=0, index=1234067, width=256)
    """
    found = _PATH.fullmatch(path)
    if found is not None:
        level = ENTRIES if found["level"] == "entries" else int(found["level"])
        index = int(found["groups"].replace("x", "").replace("/", ""))
        tile = Tile(level, index, int(found["width"] or FULL))
        if tile.width <= FULL and tile.path == path:  # one tile, one path: no x000/ in front, no .p/256
            return tile
    raise UsageError("not the path of a tile", place=path)


def tiles_for(size: int, *, since: int = 0) -> list[Tile]:
    """Return the hash tiles, lowest level first, that a tree of `size` has and one of `since` leaves had not.

    O(number of tiles). C2SP tlog-tiles, Partial Tiles.

    >>> [tile.path for tile in tiles_for(256)]
    ['tile/0/000', 'tile/1/000.p/1']
    """
    assert 0 <= since <= size, f"a tree of {size} leaves has no past of {since}"
    tiles: list[Tile] = []
    level = 0
    while since != size:
        tiles += _row(level, since, size)
        since, size, level = since >> HEIGHT, size >> HEIGHT, level + 1
    return tiles


def bundles_for(size: int, *, since: int = 0) -> list[Tile]:
    """Return the entry bundles that a tree of `size` has and one of `since` leaves had not.

    O(number of bundles). Bundle n holds the leaves from 256 n on. C2SP tlog-tiles, Log entries.

    >>> [tile.path for tile in bundles_for(300, since=256)]
    ['tile/entries/001.p/44']
    """
    assert 0 <= since <= size, f"a tree of {size} leaves has no past of {since}"
    return _row(ENTRIES, since, size)


def tile_bytes(tile: Tile, reader: HashReader) -> bytes:
    """Return a hash tile's content, 32 bytes per hash; one read of `width` hashes. C2SP tlog-tiles."""
    assert tile.level >= 0, "a bundle holds entries: see bundle_bytes"
    first = tile.index * FULL
    indexes = [stored_index(tile.level * HEIGHT, n) for n in range(first, first + tile.width)]
    data = b"".join(reader.read(indexes))
    if len(data) != tile.width * HASH_SIZE:
        raise TamperedError("the ledger's store has lost hashes", place=tile.path)
    return data


def parse_tile(tile: Tile, data: bytes) -> tuple[bytes, ...]:
    """Return the hashes in a hash tile's content, left to right; UsageError unless it has `width`."""
    if len(data) != tile.width * HASH_SIZE:
        raise UsageError(f"is {len(data)} bytes long, not {tile.width * HASH_SIZE}", place=tile.path)
    return tuple(data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE))


def bundle_bytes(entries: Sequence[bytes]) -> bytes:
    """Return an entry bundle's content: each entry behind its length as a big-endian uint16; O(bytes).

    UsageError for an entry over 65,535 bytes. C2SP tlog-tiles, Log entries.

    >>> bundle_bytes([b"hi", b""])
    b'\\x00\\x02hi\\x00\\x00'
    """
    for entry in entries:
        if len(entry) > LARGEST_ENTRY:
            raise UsageError(f"an entry of {len(entry)} bytes does not fit a bundle")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def parse_bundle(tile: Tile, data: bytes) -> tuple[bytes, ...]:
    """Return the entries in a bundle's content, in order; UsageError unless it has `width`."""
    entries: list[bytes] = []
    at = 0
    while at < len(data):
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        entries.append(data[start:at])
    if at != len(data) or len(entries) != tile.width:
        raise UsageError(f"does not hold exactly {tile.width} whole entries", place=tile.path)
    return tuple(entries)


class TileReader:
    """A `HashReader` over somebody's published tiles, for a tree of `size` leaves.

    `fetch` returns one tile's content. Nothing it returns is trusted: compare `tree_hash(size, reader)` with
    the root of a signed checkpoint first. Each read fetches every tile it needs once.
    """

    def __init__(self, size: int, fetch: Callable[[Tile], bytes]) -> None:
        self._size = size
        self._fetch = fetch

    def read(self, indexes: Sequence[int]) -> list[bytes]:
        """Return one hash for each stored index; UsageError for a tile of the wrong length."""
        fetched: dict[Tile, tuple[bytes, ...]] = {}
        hashes: list[bytes] = []
        for index in indexes:
            level, n = split_stored_index(index)
            row, height = divmod(level, HEIGHT)
            first = n << height
            width = min(FULL, (self._size >> row * HEIGHT) - (first & -FULL))
            assert first % FULL < width, f"stored hash {index} is not in a tree of {self._size}"
            tile = Tile(row, first // FULL, width)
            if tile not in fetched:
                fetched[tile] = parse_tile(tile, self._fetch(tile))
            start = first % FULL
            hashes.append(_subtree_root(fetched[tile][start : start + (1 << height)]))
        return hashes


def _row(level: int, since: int, size: int) -> list[Tile]:
    """The tiles of one level that came or widened between `since` and `size` hashes of that level."""
    edges = [*range(since & -FULL, size, FULL), size]
    return [Tile(level, low // FULL, high - low) for low, high in pairwise(edges)] if since != size else []


def _subtree_root(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of neighbouring hashes."""
    while len(hashes) > 1:
        hashes = [node_hash(hashes[at], hashes[at + 1]) for at in range(0, len(hashes), 2)]
    return hashes[0]
