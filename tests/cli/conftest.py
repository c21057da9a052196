"""The command, as tests run it."""

import logging

import pytest
from click.testing import CliRunner

import planet
from planet.cli.cli import main


@pytest.fixture
def cli(sandbox, monkeypatch, tmp_path):
    """Run the command in a folder of its own, with the sandbox behind it."""
    monkeypatch.setattr(planet.http, "RATE_LIMIT", 0)
    monkeypatch.chdir(tmp_path)

    monkeypatch.setattr(logging.getLogger("planet"), "level", logging.NOTSET)  # -v sets it: restored after the test

    def run(*arguments, ok=True, **settings):
        outcome = CliRunner().invoke(main, list(arguments), prog_name="planet", **settings)
        if ok:
            assert outcome.exit_code == 0, outcome.output
        return outcome

    return run
