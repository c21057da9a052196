"""Compare two timings by the ratio of their medians, measured alternately."""

import os
import statistics
from collections.abc import Callable

# Benchmarks use bytecode, like installed packages, even if PYTHONDONTWRITEBYTECODE is set.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def compare(
    name: str, ours: Callable[[], float], theirs: Callable[[], float], limit: float, rounds: int, *, unit: str = "s"
) -> bool:
    """Print the ratio of two timings in seconds; returns whether it is within its limit."""
    pairs = [(ours(), theirs()) for _ in range(rounds)]
    one, two = (statistics.median(column) for column in zip(*pairs, strict=True))
    good = bool(one / two <= limit)
    scale = {"s": 1, "ms": 1000}[unit]
    shown = f"{one * scale:8.2f} {unit} / {two * scale:8.2f} {unit} = {one / two:5.2f}"
    print(f"{name:<74} {shown}  (at most {limit})  {'ok' if good else 'TOO SLOW'}", flush=True)
    return good
