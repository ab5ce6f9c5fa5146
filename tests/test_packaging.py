"""The wheel holds what the program needs, and works away from the repository."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from backspec import catalog

REPO = Path(__file__).resolve().parent.parent
SERVER = REPO / "server/backspec"


def built(kind: str, folder: Path) -> Path:
    """The distribution of a kind, built without the network."""
    command = [sys.executable, "-m", "build", "--no-isolation", f"--{kind}", "--outdir"]
    subprocess.run([*command, str(folder), str(REPO)], check=True, capture_output=True)
    (file,) = folder.iterdir()
    return file


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built("wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the wheel's content and nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index"]
    subprocess.run([*command, "--target", str(folder), str(wheel)], check=True)
    return folder


def python(installed: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python with the installed package in front of the development one."""
    env = {**os.environ, "PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)


def test_wheel_holds_every_data_file_and_schema_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    expected = {
        f"backspec/{path.relative_to(SERVER).as_posix()}"
        for path in SERVER.rglob("*")
        if path.is_file()
        and not any(p.startswith((".", "__py")) for p in path.relative_to(SERVER).parts)
    } | {
        f"backspec/schemas/{path.relative_to(REPO / 'schemas').as_posix()}"
        for path in (REPO / "schemas").rglob("*.json")
    }
    extra = {name for name in names - expected if ".dist-info/" not in name}
    assert expected - names == set()
    assert {name for name in extra if not name.endswith(".gitkeep")} == set()


def test_installed_catalogue_is_the_whole_catalogue(installed: Path, tmp_path: Path) -> None:
    code = (
        "import json, backspec\n"
        "from backspec import catalog\n"
        "print(json.dumps([backspec.__file__, list(catalog.rules()), list(catalog.topics()),"
        " list(catalog.dialect_names())]))"
    )
    done = python(installed, tmp_path, "-c", code)
    assert done.returncode == 0, done.stderr
    file, rules, topics, dialects = json.loads(done.stdout)
    assert Path(file).is_relative_to(installed)
    assert rules == list(catalog.rules())
    assert topics == list(catalog.topics())
    assert dialects == list(catalog.dialect_names())


def test_installed_program_checks_a_folder(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(
        "import yaml\n\n\ndef read(text):\n    return yaml.load(text)\n"
    )
    command = ("-m", "backspec", "check", "--format", "json", str(tmp_path))
    done = python(installed, tmp_path, *command)
    assert done.returncode == 1, done.stderr
    printed = json.loads(done.stdout)
    assert [one["rule"] for one in printed["diagnostics"]] == ["injection/yaml-load"]


def test_source_distribution_can_be_built_from_and_tested(tmp_path: Path) -> None:
    with tarfile.open(built("sdist", tmp_path)) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for path in ("README.md", "LICENSE", "pyproject.toml", "tests/conftest.py", "dev/check.py"):
        assert path in names
    assert {name for name in names if "node_modules" in name or "__pycache__" in name} == set()
