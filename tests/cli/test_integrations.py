"""What CI and pre-commit are told about the command line is true."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from backspec.cli import formats
from backspec.cli.main import main

if TYPE_CHECKING:
    import click

REPO = Path(__file__).resolve().parent.parent.parent


def loaded(name: str) -> Any:
    return yaml.safe_load((REPO / name).read_text("utf-8"))


def options(command: click.Command) -> set[str]:
    return {name for parameter in command.params for name in parameter.opts}


@pytest.mark.parametrize("hook", loaded(".pre-commit-hooks.yaml"), ids=lambda hook: hook["id"])
def test_hooks_call_commands_that_exist(hook: dict[str, Any]) -> None:
    program, name, *arguments = hook["entry"].split()
    assert program == "backspec"
    assert set(arguments) <= options(main.commands[name])
    assert hook["language"] == "python"


def test_action_uses_options_and_formats_that_exist() -> None:
    action = loaded("action.yml")
    script = action["runs"]["steps"][-1]["run"]
    used = {word for word in script.replace("+", " ").split() if word.startswith("--")}
    assert used
    assert used <= options(main.commands["check"])
    assert action["inputs"]["format"]["default"] in formats.names()
    for name in formats.names():
        assert name in action["inputs"]["format"]["description"]
    # Inputs reach the script as variables only: their text is never part of the script.
    assert "${{" not in script
