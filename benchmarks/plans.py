"""How fast a plan is read, beside the plain scan of the same characters, and how well made-up plans are read.

Prints the best time of several runs for plans of 5, 30 and 100 pages (500 characters a page) made from the
made-up plans of the tests and, where they lie beside the checkout, for the five documents. The baseline of each is
one regular expression for headings and figures over the same text. Nothing is asserted about time.

    python benchmarks/plans.py
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from cocontrol.plans import parse  # noqa: E402
from cocontrol.plans.compare import compare  # noqa: E402
from cocontrol.plans.compiling import compile_plan  # noqa: E402
from tests.plans.scoring import Score, cases, score_case  # noqa: E402

SETS = ("synthetic_tuned.toml", "synthetic_heldback.toml", "synthetic_unseen.toml")
SCAN = re.compile(
    r"(?m)^\s*(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+[.．])|\d+(?:\.\d+)?\s*(?:%|万千瓦|吨)"
)


def best(work: Callable[[], object], rounds: int = 5) -> float:
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)


def made_up(pages: int) -> str:
    """A plan of so many pages: the items of the made-up plans, numbered on."""
    items = [
        line for name in SETS for case in cases(name) for line in case["text"].splitlines() if re.match(r"[（\d]", line)
    ]
    lines = ["东山省减污降碳协同增效实施方案", "一、主要目标", "到2025年，森林覆盖率达到25%。", "二、重点任务"]
    number = 0
    while sum(map(len, lines)) < 500 * pages:
        number += 1
        words = re.sub(r"^[（\d][^）.、 ]*[）.、 ]", "", items[number % len(items)])
        lines.append(f"{number}．{words}")
    return "\n".join(lines)


def documents() -> dict[str, str]:
    folder = Path(os.environ.get("COCONTROL_SHARED", ROOT.parent / "shared")) / "plans"
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))}


def speed() -> None:
    print(f"{'plan':32}{'characters':>11}{'tasks':>7}{'parse s':>9}{'scan s':>9}{'compile s':>10}")
    texts = {f"made up, {pages} pages": made_up(pages) for pages in (5, 30, 100)} | documents()
    for name, text in texts.items():
        plan = parse(text)
        row = (
            best(lambda t=text: parse(t)),
            best(lambda t=text: SCAN.findall(t)),
            best(lambda p=plan: compile_plan(p)),
        )
        print(f"{name:32}{len(text):>11}{len(plan.tasks):>7}{row[0]:>9.3f}{row[1]:>9.4f}{row[2]:>10.3f}")
    if {"henan_synergy", "puyang_synergy"} <= texts.keys():
        pair = parse(texts["henan_synergy"]), parse(texts["puyang_synergy"])
        print(f"compare province with city: {best(lambda: compare(*pair)):.3f} s")


def quality() -> None:
    print(f"\n{'set':28}{'what':14}{'precision':>10}{'recall':>8}{'expected':>10}")
    for name in SETS:
        total: dict[str, Score] = {}
        for case in cases(name):
            for what, found in score_case(case).items():
                total[what] = total.get(what, Score()) + found
        for what, found in total.items():
            print(f"{name:28}{what:14}{found.precision:>10.3f}{found.recall:>8.3f}{found.expected:>10}")


if __name__ == "__main__":
    speed()
    quality()
