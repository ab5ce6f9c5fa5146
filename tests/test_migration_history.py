"""Old migrations: what is wrong with them is a hint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from backspec import service
from backspec.migration_history import NEWEST, is_history
from backspec.model import Severity
from backspec.project import Project

if TYPE_CHECKING:
    from pathlib import Path

DROP = "ALTER TABLE orders DROP COLUMN note;\n"


@pytest.mark.parametrize(
    "name",
    [
        "migrations/{:04d}_change.sql",
        "db/migrations/2024{:02d}01120000_change.sql",
        "migrations/V{}__change.sql",
        "prisma/migrations/2024{:02d}01_change/migration.sql",
    ],
)
def test_all_but_the_newest_are_history(name: str, tmp_path: Path) -> None:
    paths = [tmp_path / name.format(number) for number in range(1, NEWEST + 6)]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(DROP)
    project = Project.open(tmp_path)
    assert [is_history(str(path), project) for path in paths] == [True] * 5 + [False] * NEWEST


def test_names_without_an_order_are_none(tmp_path: Path) -> None:
    for name in "abcdefgh":
        (tmp_path / f"{name}_change.py").write_text("")
    assert not is_history(str(tmp_path / "a_change.py"), Project.open(tmp_path))


def test_severity_of_history(tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    folder.mkdir()
    for number in range(1, NEWEST + 3):
        (folder / f"{number:04d}_change.sql").write_text(DROP)

    def severities(number: int) -> set[Severity]:
        project = Project.open(tmp_path)
        document = project.document(folder / f"{number:04d}_change.sql")
        assert document is not None
        found = [d for d in service.diagnose(document, project) if d.rule.startswith("migration/")]
        assert found
        return {d.severity for d in found}

    assert severities(1) == {Severity.HINT}
    assert Severity.HINT not in severities(NEWEST + 2)
    (tmp_path / "backspec.toml").write_text('[rules]\n"migration/*" = "error"\n')
    assert severities(1) == {Severity.ERROR}, "what somebody chose counts"
