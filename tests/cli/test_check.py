"""``backspec check``: what it looks at, what it says, and how it exits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from backspec import catalog

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

NO_TIMEOUT = "http-client/no-timeout"
COLON = "agent/unquoted-colon"


def test_text(shell: Shell) -> None:
    result = shell("check")
    assert result.exit_code == 1
    assert result.stderr == ""
    agent, code, summary = result.stdout.split("\n\n")
    assert agent.startswith(".claude/agents/reviewer.md\n  3:")
    assert "[agent/unquoted-colon]\n    3 │ description: Use when: reviewing\n      │ " in agent
    assert code == (
        "shop/rates.py\n"
        "  5:12 warning `requests.get` waits for ever when no answer comes: it has no timeout "
        "[http-client/no-timeout]\n"
        "    5 │ return requests.get(url)\n"
        "      │        ^^^^^^^^^^^^\n"
        "      = fix (unsafe): Add `timeout=10`"
    )
    assert summary == ("1 error, 1 warning in 2 of 2 files.\n1 safe fix available: backspec fix\n")


def test_no_problems(empty: Shell) -> None:
    empty.write("a.py", "x = 1\n")
    result = empty("check")
    assert (result.exit_code, result.stdout) == (0, "No problems in 1 file.\n")


def test_nothing_to_check(empty: Shell) -> None:
    empty.write("a.txt", "x = 1\n")
    result = empty("check")
    assert (result.exit_code, result.stderr) == (0, "No files to check here.\n")


@pytest.mark.parametrize(
    ("fail_on", "code"), [("error", 0), ("warning", 1), ("info", 1), ("never", 0)]
)
def test_fail_on(shell: Shell, fail_on: str, code: int) -> None:
    assert shell("check", "shop", "--fail-on", fail_on).exit_code == code


def test_select_ignore_and_profile(shell: Shell) -> None:
    def rules(*options: str) -> list[str]:
        return [found["rule"] for found in shell.json(*options)["diagnostics"]]

    assert rules("--select", "http-client/*") == [NO_TIMEOUT]
    assert rules("--select", f"{COLON},http-client/*") == [COLON, NO_TIMEOUT]
    assert rules("--ignore", "agent/*", "--ignore", NO_TIMEOUT) == []
    assert NO_TIMEOUT in rules("--profile", "pedantic")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check", "gone.py"], "no file or folder gone.py"),
        (["check", "--select", "http-client/no-timout"], "did you mean http-client/no-timeout?"),
        (["check", "--ignore", "nothing"], "no rule nothing"),
        (["check", "--config", "gone.toml"], "no configuration file gone.toml"),
        (["check", "--baseline", "gone.json"], "no baseline gone.json"),
        (["check", "-"], "--stdin-filename"),
        (["check", "-", "shop", "--stdin-filename", "x.py"], "together"),
        (["check", "--format", "yaml"], "yaml"),
        (["check", "--output-file", "gone/x.json"], "cannot be written"),
        (["explain", "nothing-like-it"], "no rule, topic or dialect"),
        (["rules", "nothing"], "no area nothing"),
        (["server", "--tcp", "nowhere"], "HOST:PORT"),
        (["server", "--tcp", "h:1", "--stdio"], "exclude"),
        (["nothing"], "No such command"),
    ],
)
def test_misuse(shell: Shell, arguments: list[str], message: str) -> None:
    result = shell(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_broken_configuration_stops_the_run(shell: Shell) -> None:
    shell.write("backspec.toml", 'profile = "stric"\nprofil = 1\n')
    result = shell("check")
    assert result.exit_code == 2
    assert "backspec.toml\n  1:11 error `profile` must be one of" in result.stdout
    assert "2:1 warning backspec has no setting `profil`" in result.stdout
    assert "rates.py" not in result.stdout


def test_unknown_key_is_a_warning_like_any_other(shell: Shell) -> None:
    shell.write("backspec.toml", 'profil = "strict"\n')
    result = shell("check", "--ignore", "agent/*,http-client/*")
    assert result.exit_code == 1
    assert "config/unknown-key" in result.stdout


def test_files_that_are_named_obey_excludes(shell: Shell) -> None:
    shell.write("backspec.toml", 'exclude = ["shop/"]\n')
    assert shell.json("shop/rates.py")["summary"]["files"] == 0


def test_standard_input(shell: Shell) -> None:
    code = b"import requests\nrequests.get(1)\n"
    result = shell("check", "-", "--stdin-filename", "shop/new.py", stdin=code)
    assert result.exit_code == 1
    assert result.stdout.startswith("shop/new.py\n  2:1 warning")
    shell.write("backspec.toml", 'exclude = ["shop/"]\n')
    result = shell("check", "-", "--stdin-filename", "shop/new.py", stdin=code)
    assert (result.exit_code, result.stdout) == (0, "No problems in 1 file.\n")


def test_output_file(shell: Shell) -> None:
    result = shell("check", "--format", "json", "-o", "out.json", "--statistics")
    assert result.stdout == ""
    assert (shell.root / "out.json").read_text().startswith('{\n  "version": 1')
    assert result.stderr.splitlines() == [
        "1  error    agent/unquoted-colon",
        "1  warning  http-client/no-timeout",
    ]


def test_quiet(shell: Shell) -> None:
    assert "in 2 of 2 files" not in shell("check", "--quiet").stdout


def test_baseline(shell: Shell) -> None:
    assert shell("baseline").stdout == ".backspec/baseline.json: 2 diagnostics recorded.\n"
    assert shell("check").exit_code == 0
    shell.write("shop/more.py", "import requests\nrequests.get(1)\n")
    assert [found["path"] for found in shell.json()["diagnostics"]] == ["shop/more.py"]
    again = shell("baseline").stdout.splitlines()
    assert again == [
        ".backspec/baseline.json: 2 diagnostics recorded.",
        "1 new ones are not recorded; --add records them.",
    ]
    shell.write("shop/rates.py", "x = 1\n")
    assert "1 diagnostics recorded" in shell("baseline").stdout
    assert "2 diagnostics recorded" in shell("baseline", "--add").stdout
    assert shell("check").exit_code == 0
    assert "2 diagnostics recorded" in shell("baseline", "shop").stdout
    empty = shell.write("none.json", '{"version": 1, "diagnostics": {}}')
    assert shell("check", "--baseline", str(empty)).exit_code == 1
    damaged = shell.write("bad.json", '{"version": 1, "diagnostics": [1]}')
    assert shell("check", "--baseline", str(damaged)).exit_code == 2


def test_run_from_a_folder_inside_the_project(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.write("backspec.toml", '[rules]\n"http-client/*" = "error"\n')
    shell("baseline", "--select", "agent/*")
    monkeypatch.chdir(shell.root / "shop")
    (found,) = shell.json()["diagnostics"]
    assert (found["path"], found["severity"]) == ("rates.py", "error")
    assert shell.json("..")["diagnostics"] == [found]


@pytest.mark.parametrize(
    ("name", "contents", "expected"),
    [
        ("a.py", b"", []),
        ("a.py", b"\0" * 50, []),
        ("a.py", "x = 1".encode("utf-16"), ["file/not-utf8"]),
        ("a.py", b"\xff\xe9 = 1\n", []),
        ("a.py", b"x = 1  # padding\n" * 70_000, ["file/too-large"]),
        ("a.json", b"[" * 2_000_000, []),
        ("notes.md", b"# hello " * 200_000, []),
        ("a.py", b"def f(:\n  'unclosed", []),
        (".claude/agents/a.md", b"---\n\xff\xfe: [\n", None),
    ],
)
def test_odd_files(empty: Shell, name: str, contents: bytes, expected: list[str] | None) -> None:
    empty.write(name, contents)
    result = empty("check", "--fail-on", "never")
    assert result.exit_code == 0, result.output
    if expected is not None:
        rules = [found["rule"] for found in empty.json()["diagnostics"]]
        assert rules == expected


def test_skipped_files_are_counted(empty: Shell) -> None:
    empty.write("a.py", b"\0")
    empty.write("b.py", b"x = 1\n")
    assert empty.json()["summary"] == {
        "files": 1, "errors": 0, "warnings": 0, "infos": 0, "hints": 0, "skipped": 1,
    }  # fmt: skip


def test_unreadable_file(empty: Shell) -> None:
    path = empty.write("a.py", "x = 1\n")
    path.chmod(0)
    try:
        rules = [found["rule"] for found in empty.json()["diagnostics"]]
        # A privileged user can read everything.
        assert rules == (["file/unreadable"] if os.geteuid() else [])
    finally:
        path.chmod(0o644)


def test_processes_find_the_same_in_the_same_order(empty: Shell) -> None:
    for number in range(150):
        empty.write(f"p{number % 7}/m{number}.py", f"import requests\nrequests.get({number})\n")
    empty.write("backspec.toml", '[rules]\n"http-client/*" = "error"\n')
    alone = empty.json("--jobs", "1", "--ignore", "orm/*")
    together = empty.json("--jobs", "2", "--ignore", "orm/*")
    assert alone == together
    assert together["summary"]["errors"] == 150


def test_a_bug_is_one_line(shell: Shell) -> None:
    script = (
        "import backspec.diagnosis as d\n"
        "def broken(*_): raise RuntimeError('oh')\n"
        "d._code_half = broken\n"
        "from backspec.cli.main import main\nmain()\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", script, "check", "shop"],
        cwd=shell.root,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert result.stderr.count("\n") == 1
    assert "RuntimeError: oh (a bug in backspec" in result.stderr


def test_control_characters_do_not_reach_the_terminal(empty: Shell) -> None:
    empty.write("a.py", "import requests\nrequests.get('\x1b[31mred\x07')\n")
    assert "\x1b" not in empty("check").stdout
    assert "\x07" not in empty("check").stdout


def run(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # type: ignore[call-overload,no-any-return]
        [sys.executable, "-m", "backspec", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        **options,
    )


def test_colour_is_for_terminals(shell: Shell) -> None:
    assert "\x1b" not in run("check", cwd=shell.root).stdout
    colored = run("check", cwd=shell.root, env={**os.environ, "FORCE_COLOR": "1"}).stdout
    assert "\x1b[1;33mwarning\x1b[0m" in colored
    both = {**os.environ, "FORCE_COLOR": "1", "NO_COLOR": "1"}
    assert "\x1b" not in run("check", cwd=shell.root, env=both).stdout


def test_a_closed_pipe_is_no_error(empty: Shell) -> None:
    for number in range(300):
        empty.write(f"m{number}.py", "import requests\n" + "requests.get(1)\n" * 20)
    process = subprocess.Popen(
        [sys.executable, "-m", "backspec", "check", "--jobs", "1"],
        cwd=empty.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    assert process.wait(60) == 1
    process.stderr.close()


def test_checking_imports_no_editor_and_no_validator(shell: Shell) -> None:
    script = (
        "import sys\nfrom backspec.cli.main import main\n"
        "main(['check', 'shop/rates.py', '--fail-on', 'never'], standalone_mode=False)\n"
    )
    tail = "import json; print(json.dumps(sorted({n.partition('.')[0] for n in sys.modules})))"
    catalog.rules()  # so that nothing has to be parsed
    lines = f"try:\n    main\nfinally:\n    {tail}\n"
    code = script.replace(
        "main([", "import contextlib\nwith contextlib.suppress(SystemExit): main(["
    )
    result = subprocess.run(
        [sys.executable, "-c", code + lines],
        cwd=shell.root,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    modules = set(json.loads(result.stdout.splitlines()[-1]))
    assert "backspec" in modules
    assert "tree_sitter" in modules
    unwanted = {
        "pygls",
        "lsprotocol",
        "attr",
        "cattrs",
        "rich",
        "jsonschema",
        "asyncio",
        "pathspec",
    }
    assert modules & unwanted == set()
