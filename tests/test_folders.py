"""Projects: which files are looked at, how they are read, and what a change makes stale."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from backspec import discovery
from backspec.model import Document
from backspec.project import Project

if TYPE_CHECKING:
    from backspec.config import Config


def make(root: Path, files: dict[str, str] | list[str]) -> Path:
    """Write files below ``root``; names only for files with a line of text."""
    for name in files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[name] if isinstance(files, dict) else "x = 1\n")
    return root


def found(root: Path, *paths: str, config: Config | None = None) -> list[str]:
    """What a walk finds, relative to the root."""
    project = Project.open(root, config=config)
    return [project.relative(path) for path in project.files([root / path for path in paths])]


# ---------------------------------------------------------------------------- walking


def test_files_come_before_folders_both_by_name(tmp_path: Path) -> None:
    make(tmp_path, ["b.py", "a/z.py", "a/b/c.py", "a.ts", "c.txt", "z/a.md"])
    assert found(tmp_path) == ["a.ts", "b.py", "a/z.py", "a/b/c.py", "z/a.md"]


@pytest.mark.parametrize(
    "name",
    [
        "node_modules/a/index.js",
        "vendor/a.go",
        "third_party/a.py",
        ".venv/lib/a.py",
        "src/__pycache__/a.py",
        "x.egg-info/a.py",
        ".git/hooks/a.py",
        ".semgrep/rules/a.py",
        "static/jquery.min.js",
        "static/app.bundle.js",
        "types/index.d.ts",
        "api_pb2.py",
        "api.pb.go",
        "Form.Designer.cs",
        "package-lock.json",
    ],
)
def test_what_nobody_here_wrote_is_left_out(tmp_path: Path, name: str) -> None:
    make(tmp_path, [name, "kept.py"])
    assert found(tmp_path) == ["kept.py"]
    assert found(tmp_path, name) == [], "files that are named obey excludes, too"
    assert Project.open(tmp_path).is_excluded(tmp_path / name)


def test_build_output_is_known_by_what_lies_beside_it(tmp_path: Path) -> None:
    make(
        tmp_path, ["a/target/x.java", "a/pom.xml", "b/target/x.java", "c/bin/x.cs", "c/App.csproj"]
    )
    assert found(tmp_path) == ["a/pom.xml", "b/target/x.java"]
    assert Project.open(tmp_path).is_excluded(tmp_path / "a/target/x.java")


def test_virtual_environment_of_any_name(tmp_path: Path) -> None:
    make(tmp_path, ["env/pyvenv.cfg", "env/lib/a.py", "kept.py"])
    assert found(tmp_path) == ["kept.py"]
    assert Project.open(tmp_path).is_excluded(tmp_path / "env/lib/a.py")


def test_ignore_files_of_every_folder(tmp_path: Path) -> None:
    make(
        tmp_path,
        {
            ".gitignore": "*.gen.py\n/out\n",
            "a.py": "",
            "a.gen.py": "",
            "out/b.py": "",
            "src/out/c.py": "",
            "src/.gitignore": "!keep.gen.py\nsecret.py\n",
            "src/keep.gen.py": "",
            "src/secret.py": "",
            "src/deep/secret.py": "",
        },
    )
    assert found(tmp_path) == ["a.py", "src/keep.gen.py", "src/out/c.py"]
    project = Project.open(tmp_path)
    assert project.is_excluded(tmp_path / "src/deep/secret.py")
    assert not project.is_excluded(tmp_path / "src/keep.gen.py")


def test_ignore_files_above_an_opened_folder_count(tmp_path: Path) -> None:
    make(tmp_path, {".gitignore": "gen/\n", ".git/info/exclude": "local.py\n"})
    make(tmp_path / "app", ["a.py", "local.py", "gen/b.py"])
    assert found(tmp_path / "app") == ["a.py"]


def test_a_folder_that_is_opened_is_never_excluded(tmp_path: Path) -> None:
    make(tmp_path, {".gitignore": "work/\n", ".git/x": "", "work/a.py": "", "work/vendor/b.py": ""})
    assert found(tmp_path / "work") == ["a.py"]
    make(tmp_path, ["node_modules/pkg/a.js"])
    assert found(tmp_path / "node_modules/pkg") == ["a.js"]


def test_configuration_excludes_and_takes_back(tmp_path: Path) -> None:
    make(tmp_path, {"backspec.toml": 'exclude = ["legacy/", "!vendor/", "*_old.py"]\n'})
    make(tmp_path, ["legacy/a.py", "vendor/b.py", "c_old.py", "d.py"])
    assert found(tmp_path) == ["backspec.toml", "d.py", "vendor/b.py"]


def test_excludes_count_from_the_folder_of_their_file(tmp_path: Path) -> None:
    make(tmp_path, {"app/backspec.toml": 'exclude = ["/gen"]\n'})
    make(tmp_path, ["gen/a.py", "app/gen/b.py", "app/src/gen/c.py"])
    assert found(tmp_path) == ["app/backspec.toml", "app/src/gen/c.py", "gen/a.py"]


def test_scripts_and_dotfiles(tmp_path: Path) -> None:
    make(tmp_path, {"run": "#!/usr/bin/env python3\n", "plain": "text", ".cursorrules": "x"})
    (tmp_path / "run").chmod(0o755)
    assert found(tmp_path) == [".cursorrules", "run"]
    document = Project.open(tmp_path).document(tmp_path / "run")
    assert document is not None
    assert document.language == "python"


def test_links_in_circles_end(tmp_path: Path) -> None:
    make(tmp_path, ["a/b.py", ".claude/agents/x.md"])
    (tmp_path / "a/loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / ".claude/loop").symlink_to(tmp_path / ".claude", target_is_directory=True)
    assert found(tmp_path) == [".claude/agents/x.md", "a/b.py"]


def test_pipes_are_not_read(tmp_path: Path) -> None:
    make(tmp_path, ["c.py"])
    os.mkfifo(tmp_path / "pipe.py")
    assert found(tmp_path) == ["c.py"]
    assert Project.open(tmp_path).read(tmp_path / "pipe.py") is None


def test_links_to_shared_agents_are_followed(tmp_path: Path) -> None:
    make(tmp_path, ["shared/x.md"])
    (tmp_path / ".claude").mkdir()
    (tmp_path / ".claude/agents").symlink_to(tmp_path / "shared", target_is_directory=True)
    assert found(tmp_path) == [".claude/agents/x.md", "shared/x.md"]


def test_each_file_comes_once(tmp_path: Path) -> None:
    make(tmp_path, ["a/b.py", "c.py"])
    assert found(tmp_path, "a", "a/b.py", ".") == ["a/b.py", "c.py"]


def test_folders_that_vanish_or_are_closed_are_skipped(tmp_path: Path) -> None:
    make(tmp_path, ["a/b.py", "c.py"])
    project = Project.open(tmp_path)
    walk = iter(project.files())
    assert project.relative(next(walk)) == "c.py"
    (tmp_path / "a/b.py").unlink()
    (tmp_path / "a").rmdir()
    assert list(walk) == []
    assert found(tmp_path, "gone") == []


def test_folder_outside_the_project_has_default_excludes(tmp_path: Path) -> None:
    make(tmp_path, ["here/a.py", "vendor/there/b.py", "vendor/there/node_modules/c.js"])
    project = Project.open(tmp_path / "here")
    paths = [Path(path).name for path in project.files([tmp_path / "vendor/there"])]
    assert paths == ["b.py"]


def test_same_files_as_git(tmp_path: Path) -> None:
    make(
        tmp_path,
        {
            ".gitignore": "*.tmp.py\n!a.tmp.py\nlogs/\n",
            "a/.gitignore": "/b\nc/**\n!c/keep.py\n",
            **{
                f"{folder}{name}": ""
                for folder in ("", "a/", "a/b/", "a/c/", "a/d/b/", "logs/", "a/logs/")
                for name in ("x.py", "a.tmp.py", "b.tmp.py", "keep.py")
            },
        },
    )
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    listed = subprocess.run(
        ["git", "-C", tmp_path, "ls-files", "-o", "--exclude-standard"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    assert sorted(found(tmp_path)) == sorted(name for name in listed if name.endswith(".py"))


# ---------------------------------------------------------------------------- contents


@pytest.mark.parametrize(
    ("text", "language", "reason"),
    [
        (b"", "python", ""),
        (b"import x\n", "python", ""),
        (b"a\0b", "python", "binary"),
        ("a = 1".encode("utf-16"), "python", "utf-16"),
        (b"\xff\xe9\n", "python", ""),
        (b"# Code generated by protoc. DO NOT EDIT.\n", "go", "generated"),
        (b"// <auto-generated>\n", "csharp", "generated"),
        (b"/*\n * @generated SignedSource\n */\n", "javascript", "generated"),
        (b'"""This file was generated; do not edit."""\n', "python", "generated"),
        (b"x = 'generated by me, do not edit'\n", "python", ""),
        (b"# The report is generated on demand.\n", "python", ""),
        (b"Generated. Do not edit by hand.\n", "markdown", ""),
        (b"a=1;" * 1000, "javascript", "minified"),
        (b"a=1;" * 1000, "python", ""),
        (b"const a = 1;\n" * 300 + b"const icon = '" + b"x" * 3000 + b"';\n", "javascript", ""),
    ],
)
def test_skip_reason(text: bytes, language: str, reason: str) -> None:
    assert discovery.skip_reason(text, language) == reason


def test_large_files_are_read_no_further_than_the_limit(tmp_path: Path) -> None:
    make(tmp_path, {"backspec.toml": "max-file-size = 100\n", "a.py": "x" * 5000})
    assert len(Project.open(tmp_path).read(tmp_path / "a.py") or b"") == 101


def test_open_documents_win_over_the_disk(tmp_path: Path) -> None:
    make(tmp_path, {"a.py": "disk"})
    project = Project.open(tmp_path)
    path = str(tmp_path / "a.py")
    unsaved = Document(str(tmp_path / "new.py"), b"new", "python")
    project.set_overlay(Document(path, b"editor", "python", 3))
    project.set_overlay(unsaved)
    assert project.read(path) == b"editor"
    assert project.exists(unsaved.path)
    assert project.document(unsaved.path) is unsaved
    project.drop_overlay(path)
    assert project.read(path) == b"disk"
    assert project.read(tmp_path) is None
    assert project.document(tmp_path / "gone.py") is None
    assert project.read("nul\0character") is None


# ---------------------------------------------------------------------------- configuration


def test_nearest_configuration_counts_for_each_file(tmp_path: Path) -> None:
    make(
        tmp_path,
        {
            "backspec.toml": 'profile = "strict"\n',
            "a/pyproject.toml": '[tool.backspec]\nprofile = "pedantic"\n',
        },
    )
    project = Project.open(tmp_path / "a")
    assert project.config_for(tmp_path / "a/b/c.py").profile == "pedantic"
    assert project.config_for(tmp_path / "c.py").profile == "strict"
    assert Project.open(tmp_path / "d").config_for(tmp_path / "d/e.py").profile == "strict"
    forced = Project.open(tmp_path, config=tmp_path / "a/pyproject.toml")
    assert forced.config_for(tmp_path / "c.py").profile == "pedantic"


def test_changes_count_and_the_last_good_configuration_stays(tmp_path: Path) -> None:
    file = make(tmp_path, {"backspec.toml": 'profile = "strict"\n'}) / "backspec.toml"
    project = Project.open(tmp_path)
    source = tmp_path / "a.py"
    before = project.state_of(str(source))
    assert project.config_for(source).profile == "strict"
    file.write_text('profile = "stri')
    assert project.invalidate(file)
    assert project.config_for(source).profile == "strict"
    assert [found.rule for _, found in project.config_problems()] == ["config/syntax-error"]
    file.write_text('profile = "pedantic"\n')
    project.invalidate(file)
    assert project.config_for(source).profile == "pedantic"
    assert project.config_problems() == []
    file.unlink()
    project.invalidate(file)
    assert project.config_for(source).profile == "recommended"
    assert project.state_of(str(source)) != before


def test_choices_on_top_of_every_configuration(tmp_path: Path) -> None:
    make(tmp_path, {"a/backspec.toml": 'profile = "strict"\n'})
    project = Project.open(tmp_path)
    project.overlay(lambda config: config.overlay(ignore=("orm/*",)))
    for name in ("a/x.py", "x.py"):
        assert project.config_for(tmp_path / name).ignore == ("orm/*",)
    assert project.config_for(tmp_path / "a/x.py").profile == "strict"


def test_listing_is_kept_until_files_come_or_go(tmp_path: Path) -> None:
    make(tmp_path, ["a.py"])
    project = Project.open(tmp_path)
    assert len(project.listing) == 1
    make(tmp_path, ["b.py"])
    assert len(project.listing) == 1
    assert not project.invalidate(tmp_path / "b.py"), "other documents do not depend on it"
    assert len(project.listing) == 2


def test_unreadable_folders_and_files(tmp_path: Path) -> None:
    make(tmp_path, ["closed/a.py", "b.py"])
    (tmp_path / "closed").chmod(0)
    try:
        assert found(tmp_path)[-1:] == (["b.py"] if os.geteuid() else ["closed/a.py"])
    finally:
        (tmp_path / "closed").chmod(0o755)
