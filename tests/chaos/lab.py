"""The crash laboratory: random erasures on the three stores, disturbed at random points, end as if nothing had happened.

python tests/chaos/lab.py --runs 2000 --seed 1          2000 disturbed runs on two workers
python tests/chaos/lab.py --seed 17.2                   one run again, the one that a failure named
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), *(str(HERE.parent / part) for part in (".", "properties", "workflows"))]


def main() -> int:
    parser = argparse.ArgumentParser(description="The crash laboratory.")
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument(
        "--seed", nargs="*", default=["1"], help="first seed; or seeds of single runs, as 17.2"
    )
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--stores", default="", choices=("", "sqlite", "postgres", "mysql", "mixed"))
    parser.add_argument("--part", default="", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    return work(asked) if asked.part else lead(asked)


def lead(asked: argparse.Namespace) -> int:
    """Starts the workers and sums up; 1 where a run ended differently, or the number of runs is not what was asked."""
    began = time.monotonic()
    passed = ["--runs", str(asked.runs), "--stores", asked.stores, "--seed", *asked.seed]
    workers = [
        subprocess.Popen(
            [sys.executable, __file__, *passed, "--part", f"{part}/{asked.workers}"],
            stdout=subprocess.PIPE, text=True, env=without_settings(),
        )
        for part in range(asked.workers)
    ]  # fmt: skip
    with ThreadPoolExecutor(len(workers)) as readers:
        results = [result for told in readers.map(_told, workers) for result in told]
    ended = [worker.wait() for worker in workers]
    failed = sum(bool(result["wrong"]) for result in results)
    sys.stdout.write(_summary(results, failed, time.monotonic() - began))
    return 1 if failed or any(ended) or not results else 0


def _told(worker: subprocess.Popen[str]) -> list[dict[str, object]]:
    """What a worker tells of its runs; a line at once for each that ended differently."""
    assert worker.stdout is not None
    results = []
    for line in worker.stdout:
        result = json.loads(line)
        results.append(result)
        if result["wrong"]:
            struck = ", ".join(result["struck"])
            sys.stdout.write(
                f"{result['seed']} ({result['stores']}; {struck}): {result['wrong']}\n"
                f"    again: make chaos SEED={result['seed']}\n"
            )
            sys.stdout.flush()
    return results


def _summary(results: list[dict[str, object]], failed: int, seconds: float) -> str:
    stores = Counter(str(result["stores"]) for result in results)
    faults = Counter(name for result in results for name in result["struck"])  # type: ignore[attr-defined]
    refused = Counter(name for result in results for name in result["refused"])  # type: ignore[attr-defined]
    lines = [
        f"{len(results)} disturbed runs in {seconds:.0f} s, {failed} of them ended differently",
        "  on    " + ", ".join(f"{name} {count}" for name, count in stores.most_common()),
        "  struck " + ", ".join(f"{name} {count}" for name, count in faults.most_common()),
        "  the stores said " + ", ".join(f"{name} {count}" for name, count in refused.most_common()),
    ]
    return "\n".join(lines) + "\n"


def without_settings() -> dict[str, str]:
    """Our environment, without settings of Troth's."""
    return {
        name: value for name, value in os.environ.items() if not name.startswith("TROTH_") or "TEST" in name
    }


def work(asked: argparse.Namespace) -> int:
    """One worker: a line of JSON for each run."""
    from chaos_nest import load
    from chaos_run import RUNS, Lab, each
    from chaos_servers import Servers

    part, parts = map(int, asked.part.split("/"))
    if any("." in seed for seed in asked.seed):
        cases = [(int(seed.split(".")[0]), int(seed.split(".")[1])) for seed in asked.seed]
    else:
        first = int(asked.seed[0])
        cases = [(seed, None) for seed in range(first, first + -(-asked.runs // RUNS))]
    servers = Servers()
    with tempfile.TemporaryDirectory(prefix="troth-chaos-") as folder:
        load(Path(folder) / "warm")
        lab = Lab(Path(folder), servers, asked.stores)
        try:
            for seed, only in cases[part::parts]:
                for told in each(lab, seed, only):
                    sys.stdout.write(json.dumps(told) + "\n")
                    sys.stdout.flush()
        finally:
            servers.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
