"""A change in the explorer beside the drawing alone, side by side in one process.

    python benchmarks/explore.py [--runs 5]

The drawing is each figure that the change draws anew, with its text and its table, called by itself
with the same facts. The quickest run of each counts. Exit status 1 where the bound is missed.
"""

import argparse
import sys
import tempfile
import time

from helpers import explorer
from helpers.explorer import Explorer, View

MOST = 1.1  # times the drawing's own time
CHANGES = {
    "as_of": ("2022-01-09", "2022-01-13"),
    "sources": ("article", "record"),
    "topic": ("casualties", "troops"),
    "place": ("zhanaozen", "almaty"),
    "place_names": ("ru", "kk"),
    "search": ("peacekeepers", "deaths"),
}


def time_change(shown: Explorer, name: str, value: str) -> tuple[float, float]:
    """Seconds that a change takes, and that drawing the same panels alone takes."""
    before = dict(shown.panels)
    shown._made.clear()  # what was seen before is there at once
    start = time.perf_counter()
    shown.choose(**{name: value})
    change = time.perf_counter() - start
    start = time.perf_counter()
    for panel, (draw, _) in explorer._PANELS.items():
        if shown.panels[panel] != before[panel]:
            draw(shown.chosen, shown.view, shown.story)
    return change, time.perf_counter() - start


def main() -> int:
    """Print the ratio for each control, and whether all are within the bound."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    within = True
    print(f"{'control':<12} {'a change':>10} {'drawing':>10}  ratio")
    with tempfile.TemporaryDirectory() as folder:
        for name, values in CHANGES.items():
            shown = Explorer(View("kazakhstan-2022"), folder)
            shown.choose()
            times = [time_change(shown, name, v) for _ in range(options.runs) for v in values]
            changes, drawings = zip(*times, strict=True)
            # Each value draws something else: the quickest runs are compared value by value.
            step = len(values)
            change = sum(min(changes[i::step]) for i in range(step))
            drawing = sum(min(drawings[i::step]) for i in range(step))
            within &= change <= MOST * drawing
            print(f"{name:<12} {change:8.2f} s {drawing:8.2f} s  {change / drawing:5.2f}")
    print(f"{'at most':>36}  {MOST:.2f}")
    print("all within the bound" if within else "THE BOUND IS MISSED")
    return 0 if within else 1


if __name__ == "__main__":
    sys.exit(main())
