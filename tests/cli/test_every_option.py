"""Every command and every option is used by a test, and stands in the reference."""

import ast
from pathlib import Path

import click
import pytest

from tools.cli_reference import HELP, PAGE, commands, first_help, options, reference

SANDBOX = ("planet", "sandbox")  # has tests of its own, which start processes

COMMANDS = [
    (path, command) for path, command in commands() if not isinstance(command, click.Group) and path[:2] != SANDBOX
]


SHARED = [["-o", "--output"], ["--pretty"]]  # tested once for all


def words_of_tests():
    """The words that stand in each test, with those of the constants of its module."""
    for path in Path(__file__).parent.glob("test_*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = set(words(node for node in tree.body if isinstance(node, (ast.Assign, ast.AnnAssign))))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                yield constants | set(words([node]))


def words(nodes):
    for node in nodes:
        for part in ast.walk(node):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield part.value


TESTS = list(words_of_tests())


@pytest.mark.parametrize("path", [path for path, _ in COMMANDS], ids=" ".join)
def test_every_option_is_used_by_a_test(path):
    command = dict(COMMANDS)[path]
    tests = [test for test in TESTS if set(path[1:]) <= test]
    assert tests, "no test runs it"
    seen = set().union(*tests)
    missing = [option.opts for option in options(command) if not seen & {*option.opts, *option.secondary_opts}]
    assert [names for names in missing if names not in SHARED] == []


def test_the_reference_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == reference(), "run python tools/cli_reference.py"


def test_the_first_help_is_what_click_would_show():
    written = HELP.read_text(encoding="utf-8")
    # Versions of click differ by a space before a default.
    assert written.split() == first_help().split(), "run python tools/cli_reference.py"
    assert max(map(len, written.splitlines())) < 80


def test_every_option_says_what_it_is_for():
    for path, command in commands():
        assert command.help, path
        for option in options(command):
            assert option.help, (path, option.opts)
