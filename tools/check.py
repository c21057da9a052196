"""All quick checks, side by side, in under a minute: drift, lint, format, layout, types, and the unit tests.

`.ci/run` is the whole of it; this is for the minute before a commit. Prints what failed, and exits with 1.
"""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent

CHECKS: dict[str, list[str | Path]] = {
    "drift of the sync variant": [sys.executable, "tools/unasync.py", "--check"],
    "lint": [BIN / "ruff", "check", "--quiet"],
    "format": [BIN / "ruff", "format", "--check", "--quiet"],
    "layout": [BIN / "lint-imports"],
    "types": [BIN / "mypy"],
    "unit tests": [sys.executable, "-m", "pytest", "-q", "--no-header", "tests/unit", "tests/tools", "--exitfirst"],
}


def run(name: str) -> tuple[str, float, subprocess.CompletedProcess[str]]:
    """Run one check; its name, its duration in seconds, and its outcome."""
    started = time.monotonic()
    outcome = subprocess.run(CHECKS[name], cwd=ROOT, capture_output=True, text=True, check=False)
    return name, time.monotonic() - started, outcome


def main() -> int:
    """Run all checks; the exit code."""
    failed = []
    with ThreadPoolExecutor(len(CHECKS)) as pool:
        for name, seconds, outcome in pool.map(run, CHECKS):
            print(f"{'ok    ' if outcome.returncode == 0 else 'FAILED'} {name} ({seconds:.0f} s)", flush=True)
            if outcome.returncode:
                failed.append(f"\n== {name}\n{outcome.stdout}{outcome.stderr}")
    print(*failed, sep="\n")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
