"""Prints the ratios; ends by itself within fifteen minutes. `python -m bench [--quick]`: fewer runs, no figures beside."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from time import perf_counter

from bench import anonymity, chain, discover, extras, server, shop, sweep

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


def main() -> None:
    quick = "--quick" in sys.argv[1:]
    began = perf_counter()
    with server.running() as private:

        def built(build: Callable[[str], None]) -> str:
            url = private.create()
            build(url)
            return url

        print(f"\n{extras.machine(private.version)}; fsync and synchronous_commit on, autovacuum off.")
        print(
            "Seconds from identifiers to the last receipt, in a warm process; medians, script and engine by turns.\n"
        )
        _line(HEADS)
        templates = {"customers": built(shop.build), "heavy": built(lambda url: shop.build(url, heavy=True))}
        for name, runs, title in CASES:
            kind, _, size = name.partition(" ")
            template = templates.get(kind) or built(lambda url: chain.build(url, int(size)))  # noqa: B023  (called at once)
            _line(_row(title, _case(name, template, 1 if quick else runs)))
        print(
            "\nAfter: what follows the receipts (asking again, VACUUM, certificates), not part of the ratio.\n"
        )
        for what, measured in () if quick else extras.figures(private.create, templates["heavy"]):
            print(f"{what:<66} {measured}", flush=True)
        for what, measured in () if quick else sweep.figures(private.create):
            print(f"{what:<66} {measured}", flush=True)
        for what, measured in () if quick else discover.figures(private.create):
            print(f"{what:<66} {measured}", flush=True)
        for what, measured in () if quick else anonymity.figures():
            print(f"{what:<66} {measured}", flush=True)
    print(f"\nThe whole run took {perf_counter() - began:.0f} s.")


def _case(name: str, template: str, runs: int) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.case", name, template, str(runs)],
        cwd=server.ROOT,
        capture_output=True,
        text=True,
        check=False,
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
