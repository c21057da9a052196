"""Runs the tests on other days, in another time zone and with another locale: no test may depend on any of them.

python tools/other_days.py            all tests: tomorrow, in 40 and 400 days, on a 29 February, and today in Apia
python tools/other_days.py --brief    as CI does: all of them in 400 days and in Apia, the others where days matter
python tools/other_days.py TEST...    only these; whatever pytest takes

In Apia the locale is C. It needs time-machine, which the extra "dev" brings.
"""

import datetime
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Where half the world has another date. In the C locale Python takes file names for UTF-8; with PYTHONUTF8=0 it could
# not create the files with non-ASCII names that some tests need.
ELSEWHERE = {"TZ": "Pacific/Apia", "LC_ALL": "C"}
# The tests that look at the catalogue, whose newest scenes are others every day, or at the clock.
BRIEF = (
    "tests/_async/apis/test_data.py", "tests/_async/apis/test_assets.py", "tests/_async/apis/test_subscriptions.py",
    "tests/_async/apis/test_features.py", "tests/_async/auth/test_logins.py", "tests/_async/apis/test_thumbnails.py",
    "tests/cli", "tests/sandbox", "tests/unit/imagery", "tests/docs/test_examples.py", "tests/docs/test_pages.py",
)  # fmt: skip
# In every process, before anything else. A duration is measured on the monotonic clock, which goes on as ever.
_SITE = "import time, time_machine\ntime_machine.travel(time.time() + {seconds}).start()\n"


def next_leap_day(today: datetime.date) -> datetime.date:
    """The next 29 February after *today*."""
    day = today + datetime.timedelta(days=1)
    while (day.month, day.day) != (2, 29):
        day += datetime.timedelta(days=1)
    return day


def run(days: int, more: dict[str, str], arguments: list[str]) -> bool:
    """Run pytest so many days ahead; whether all is well."""
    day = datetime.date.today() + datetime.timedelta(days=days)
    print(f"\n-- {day} ({days:+d} days) {' '.join(f'{name}={value}' for name, value in more.items())}", flush=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="other-days-") as folder:
        if days:
            (Path(folder) / "sitecustomize.py").write_text(_SITE.format(seconds=days * 86400), encoding="utf-8")
        # pytest has this folder, too: on another day it would take those of other runs for old ones, and remove them.
        environment = {**os.environ, **more, "TMPDIR": folder, "PYTHONPATH": folder}
        # pytest warns that it cannot rewrite the plugin of time-machine, which is loaded before pytest.
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--basetemp={folder}/tests"]
        command += ["-W", "ignore::pytest.PytestAssertRewriteWarning", *arguments]
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    print(f"-- {'passed' if code == 0 else 'FAILED'} after {time.monotonic() - began:.0f} seconds", flush=True)
    return code == 0


def main(arguments: list[str]) -> int:
    """Run what is asked for; the exit code."""
    if importlib.util.find_spec("time_machine") is None:  # Python would go on without it, and test today
        print('time-machine is not here: pip install -e ".[dev]"', file=sys.stderr)
        return 2
    leap = (next_leap_day(datetime.date.today()) - datetime.date.today()).days
    if "--brief" in arguments:
        some = ["--override-ini", "addopts=--numprocesses=4 --dist=worksteal", *BRIEF]
        plan = [(400, ELSEWHERE, []), *((days, {}, some) for days in (1, 40, leap))]
    else:
        plan = [*((days, {}, arguments) for days in (1, 40, 400, leap)), (0, ELSEWHERE, arguments)]
    done = [run(*turn) for turn in plan]
    return int(not all(done))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
