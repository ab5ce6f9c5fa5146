"""The other commands: lists, pages, fixes, a first configuration."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING

import pytest

from backspec import __version__, catalog
from backspec.cli.commands.init import EDITORS
from backspec.cli.main import main
from backspec.config import Config
from backspec.config_file import load_config

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

CONTRACT = {
    "baseline", "check", "convert", "dialects", "explain", "fix", "init", "rules", "server", "test",
    "topics", "who",
}  # fmt: skip


def test_commands() -> None:
    assert set(main.commands) >= CONTRACT
    assert len(main.commands) == len(list(main.commands))


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_has_help(empty: Shell, name: str) -> None:
    for option in ("--help", "-h"):
        result = empty(name, option)
        assert result.exit_code == 0
        assert result.stdout.startswith(f"Usage: main {name}")
    command = main.commands[name]
    assert command.get_short_help_str(60).endswith(".")


def test_version_and_help(empty: Shell) -> None:
    assert empty("--version").stdout == f"backspec {__version__}\n"
    assert "check" in empty("--help").stdout


# ---------------------------------------------------------------------------- lists and pages


def test_rules(empty: Shell) -> None:
    lines = empty("rules").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(catalog.rules())
    areas = {line.split("/")[0] for line in empty("rules", "orm").stdout.splitlines()}
    assert areas == {"orm"}
    rows = json.loads(empty("rules", "--format", "json").stdout)
    assert [row["id"] for row in rows] == list(catalog.rules())


def test_rules_show_what_the_configuration_makes_of_them(empty: Shell) -> None:
    empty.write("backspec.toml", '[rules]\n"orm/*" = "off"\n"http-client/*" = "error"\n')
    here = {row["id"]: row["here"] for row in json.loads(empty("rules", "--format", "json").stdout)}
    assert here["orm/query-in-loop"] == "off"
    assert here["http-client/no-timeout"] == "error"


def test_topics_and_dialects(empty: Shell) -> None:
    topics = json.loads(empty("topics", "--format", "json").stdout)
    assert [row["slug"] for row in topics] == list(catalog.topics())
    assert "jwt" in empty("topics").stdout
    dialects = json.loads(empty("dialects", "--format", "json").stdout)
    assert {row["id"] for row in dialects} == set(catalog.dialect_names())
    assert ".claude/agents" in empty("dialects").stdout


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("http-client/no-timeout", "# "),
        ("no-timeout", "# "),
        ("jwt", "# "),
        ("claude-subagent", "# Claude Code subagent"),
        ("claude-subagent.tools", "# Claude Code subagent: `tools`"),
    ],
)
def test_explain(empty: Shell, name: str, start: str) -> None:
    result = empty("explain", name)
    assert result.exit_code == 0
    assert result.stdout.startswith(start)


# ---------------------------------------------------------------------------- fix


def test_fix_makes_safe_fixes_and_nothing_else(shell: Shell) -> None:
    code = (shell.root / "shop/rates.py").read_bytes()
    path = shell.root / ".claude/agents/reviewer.md"
    path.chmod(0o640)
    assert shell("fix").stdout == "Fixed 1 file.\n"
    fixed = path.read_text()
    assert "when: reviewing" in fixed
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert (shell.root / "shop/rates.py").read_bytes() == code
    assert [p.name for p in path.parent.iterdir()] == ["reviewer.md"], "nothing is left behind"
    assert shell("fix").stdout == "Nothing to fix.\n"
    assert "agent/unquoted-colon" not in shell("check").stdout


def test_fix_unsafe_settles_the_rest(shell: Shell) -> None:
    assert shell("fix", "--unsafe").stdout == "Fixed 2 files.\n"
    assert "timeout=10" in (shell.root / "shop/rates.py").read_text()


def test_fix_diff_writes_nothing(shell: Shell) -> None:
    before = (shell.root / "shop/rates.py").read_bytes()
    result = shell("fix", "--diff", "--unsafe", "shop")
    assert result.exit_code == 1
    assert result.stdout.startswith("--- a/shop/rates.py\n+++ b/shop/rates.py\n@@")
    assert "+    return requests.get(url, timeout=10)\n" in result.stdout
    assert (shell.root / "shop/rates.py").read_bytes() == before
    assert shell("fix", "--diff", "shop").exit_code == 0


def test_fix_keeps_every_other_byte(empty: Shell) -> None:
    text = b"\xef\xbb\xbfimport requests\r\nx = '\xff'\r\nrequests.get(1)"
    path = empty.write("a.py", text)
    empty("fix", "--unsafe")
    assert path.read_bytes() == text.replace(b"get(1)", b"get(1, timeout=10)")


# ---------------------------------------------------------------------------- init, test


def test_init_writes_a_configuration_that_says_the_defaults(empty: Shell) -> None:
    assert empty("init").exit_code == 0
    path = empty.root / "backspec.toml"
    text = path.read_text()
    assert load_config(path).config == Config(path=path)
    uncommented = "\n".join(
        line.removeprefix("# ") if " = " in line or line.startswith("# [[") else line
        for line in text.splitlines()
    )
    assert load_config(uncommented.encode(), path).problems == []
    assert empty("init").exit_code == 2, "a configuration is not replaced"
    assert empty("init", "--force").exit_code == 0


@pytest.mark.parametrize("editor", sorted(EDITORS))
def test_init_shows_what_an_editor_needs(empty: Shell, editor: str) -> None:
    result = empty("init", "--editor", editor)
    assert "backspec" in result.stdout
    assert list(empty.root.iterdir()) == []


RULE = """\
---
title: Do not use the old client
severity: error
match:
  - call: legacy.fetch
---
It goes away.

```python bad
import legacy
legacy.fetch(1)
```
```python good
x = 1
```
"""


def test_own_rules_are_tested(empty: Shell) -> None:
    assert "no rules" in empty("test").stdout
    empty.write(".backspec/rules/team/old-client.md", RULE)
    result = empty("test")
    assert (result.exit_code, result.stdout) == (
        0, "1 rule, 2 examples: all as they should be.\n",
    )  # fmt: skip
    empty.write(
        ".backspec/rules/team/wrong.md", RULE.replace("x = 1", "import legacy\nlegacy.fetch(2)")
    )
    empty.write(".backspec/rules/team/broken.md", "no header")
    result = empty("test")
    assert result.exit_code == 1
    assert ".backspec/rules/team/wrong.md:13: reports on a good example" in result.stdout
    assert ".backspec/rules/team/broken.md:1: " in result.stdout


# ---------------------------------------------------------------------------- agent files


def test_who(shell: Shell) -> None:
    shell.write(
        ".claude/agents/good.md",
        "---\nname: good\ndescription: Reviews\nmaxTurns: 3\nreadonly: true\n---\n\nReview.\n",
    )
    result = shell("who", ".claude/agents/good.md")
    assert result.exit_code == 0
    assert "Claude Code  " in result.stdout
    assert "ignores `readonly`" in result.stdout
    rows = json.loads(shell("who", ".claude/agents/good.md", "--format", "json").stdout)
    assert rows[0]["is_loaded"] is True
    assert shell("who", "shop/rates.py").exit_code == 1
    assert shell("who", "gone.md").exit_code == 2


def test_convert(shell: Shell) -> None:
    good = "---\nname: good\ndescription: Reviews\ntools: Read, Bash\nmaxTurns: 3\n---\n\nReview.\n"
    shell.write(".claude/agents/good.md", good)
    possible = shell("convert", ".claude/agents/good.md").stdout.split()
    assert "vscode-agent" in possible
    assert "claude-subagent" not in possible
    printed = shell("convert", ".claude/agents/good.md", "--to", "vscode-agent")
    assert printed.stdout.startswith("---\n")
    assert printed.stderr.startswith("lost: ")
    written = shell("convert", ".claude/agents/good.md", "--to", "vscode-agent", "--write")
    assert written.stdout == "Wrote .github/agents/good.agent.md.\n"
    assert (shell.root / ".github/agents/good.agent.md").read_text() == printed.stdout
    again = shell("convert", ".claude/agents/good.md", "--to", "vscode-agent", "--write")
    assert again.exit_code == 2
    assert "--force" in again.stderr
    for arguments in (["--to", "nothing"], ["--to", "claude-subagent"]):
        assert shell("convert", ".claude/agents/good.md", *arguments).exit_code == 2
    assert shell("convert", "shop/rates.py").exit_code == 2


def test_coverage(shell: Shell) -> None:
    slug = catalog.rules()["http-client/no-timeout"].topics[0]
    subject = catalog.topics()[slug].title
    shell.write(
        "backend.md",
        "---\nname: b\n---\n\n# Work\n\n- Verify every JWT\n"
        f"- Mind {subject}\n- Be kind\n\n```\n- JWT in code\n```\n",
    )
    rows = json.loads(shell("coverage", "backend.md", "--format", "json").stdout)
    assert [(row["line"], row["text"]) for row in rows] == [
        (7, "Verify every JWT"),
        (8, f"Mind {subject}"),
        (9, "Be kind"),
    ]
    assert rows[0]["topics"] == ["jwt"]
    assert "auth/jwt-unverified" in rows[0]["rules"]
    assert rows[1]["problems"] == 1, "the call without a timeout in shop/rates.py"
    assert rows[2]["rules"] == []
    assert "2 of 3 lines are held against the code." in shell("coverage", "backend.md").stdout
    assert shell("coverage", "gone.md").exit_code == 2
