"""Prints the ratios; ends by itself within forty minutes.

`python -m bench [postgres|mariadb] [--quick] [--many]`: one store instead of both; one run a case; the large shapes alone.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterable
from time import perf_counter

from bench import (
    anonymity,
    chain,
    chain_maria,
    discover,
    due,
    extras,
    many,
    maria,
    server,
    shop,
    shop_maria,
    sweep,
)

CASES = (  # name, runs, what it is
    ("customers 1", 5, "one of 10,000 customers, 11 tables"),
    ("customers 10", 3, "a batch of 10"),
    ("customers 100", 3, "a batch of 100"),
    ("customers 1000", 3, "a batch of 1,000"),
    ("heavy", 3, "20,000 orders, 40,000 items"),
    ("chain 100", 3, "a chain of 100 tables"),
    ("chain 300", 3, "a chain of 300 tables"),
)
HEADS = ("", "script s", "engine s", "ratio", "keys/s", "statements", "peak MB", "after s")
WIDTHS = (36, 9, 9, 6, 8, 11, 8, 8)


STORES = {"postgres": (server, shop, chain), "mariadb": (maria, shop_maria, chain_maria)}
LIMIT = 600  # seconds after which a case is ended


def main() -> None:
    asked = sys.argv[1:]
    if unknown := [one for one in asked if one not in (*STORES, "--quick", "--many")]:
        sys.exit(f"unknown: {unknown[0]}; python -m bench [postgres|mariadb] [--quick] [--many]")
    began = perf_counter()
    for store in [name for name in STORES if name in asked] or list(STORES):
        _measure(store, "--quick" in asked, "--many" in asked)
    print(f"\nThe whole run took {perf_counter() - began:.0f} s.")


def _measure(store: str, quick: bool, large: bool) -> None:
    there, a_shop, a_chain = STORES[store]
    with there.running() as private:

        def built(build: Callable[[str], None]) -> str:
            url = private.create()
            build(url)
            return url

        print(f"\n{extras.machine(private.version, store)}; what is committed is flushed.")
        if large:
            _figures(many.figures(private.create, store))
            return
        print(
            "Seconds from identifiers to the last receipt, in a warm process; medians, script and engine by turns.\n"
        )
        _line(HEADS)
        templates = {
            "customers": built(a_shop.build),
            "heavy": built(lambda url: a_shop.build(url, heavy=True)),
        }
        for name, runs, title in CASES:
            kind, _, size = name.partition(" ")
            template = templates.get(kind) or built(lambda url: a_chain.build(url, int(size)))  # noqa: B023  (called at once)
            _line(_row(title, _case(name, template, 1 if quick else runs)))
        print(
            "\nAfter: what follows the receipts (asking again, VACUUM, certificates), not part of the ratio.\n"
        )
        if quick:
            return
        if store == "postgres":
            _figures(extras.figures(private.create, templates["heavy"]))
            _figures(sweep.figures(private.create))
            _figures(due.figures(private.create))
            _figures(discover.figures(private.create))
            _figures(anonymity.figures())
        _figures(many.figures(private.create, store))


def _figures(figures: Iterable[tuple[str, str]]) -> None:
    for what, measured in figures:
        print(f"{what:<66} {measured}", flush=True)


def _case(name: str, template: str, runs: int) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.case", name, template, str(runs)],
        cwd=server.ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT,
    )
    if done.returncode:
        sys.exit(f"{name} failed:\n{done.stderr[-3000:]}")
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def _row(title: str, took: dict[str, float]) -> tuple[str, ...]:
    return (
        title, f"{took['hand']:.3f}", f"{took['engine']:.3f}", f"{took['engine'] / took['hand']:.1f}×",
        f"{took['rows'] / took['engine']:,.0f}", f"{took['statements']:,}", f"{took['rss']:.0f}", f"{took['after']:.2f}",
    )  # fmt: skip


def _line(cells: tuple[str, ...]) -> None:
    print(
        f"{cells[0]:<{WIDTHS[0]}}"
        + " ".join(f"{cell:>{width}}" for cell, width in zip(cells[1:], WIDTHS[1:], strict=True)),
        flush=True,
    )


if __name__ == "__main__":
    main()
