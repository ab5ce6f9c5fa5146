"""SQL files that do not say which database they are for are asked about their neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from backspec import service
from backspec.config import Config
from backspec.model import Document
from backspec.project import Project

if TYPE_CHECKING:
    from pathlib import Path

INDEX = "CREATE INDEX orders_by_state ON orders (state);\n"
RULE = "migration/index-not-concurrent"


def found(root: Path, name: str) -> list[str]:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(INDEX)
    project = Project.open(root, config=Config(select=(RULE,)))
    return [d.rule for d in service.diagnose(Document(str(path), INDEX.encode(), "sql"), project)]


@pytest.mark.parametrize(
    ("beside", "expected"),
    [
        ("CREATE TABLE `orders` (id INT) ENGINE=InnoDB;\n", []),
        ("CREATE TABLE orders (id INTEGER PRIMARY KEY AUTOINCREMENT);\n", []),
        ("CREATE TABLE orders (id bigserial, note jsonb);\n", [RULE]),
        ("CREATE TABLE orders (id int);\n", [RULE]),
    ],
)
def test_the_files_beside_tell(tmp_path: Path, beside: str, expected: list[str]) -> None:
    folder = tmp_path / "db" / "migrations"
    folder.mkdir(parents=True)
    (folder / "0002_orders.sql").write_text(beside)
    assert found(tmp_path, "db/migrations/0003_index.sql") == expected


def test_a_lock_file_tells(tmp_path: Path) -> None:
    folder = tmp_path / "prisma" / "migrations"
    folder.mkdir(parents=True)
    (folder / "migration_lock.toml").write_text('provider = "mysql"\n')
    assert found(tmp_path, "prisma/migrations/0002_index/migration.sql") == []
    (folder / "migration_lock.toml").write_text('provider = "postgresql"\n')
    assert found(tmp_path, "prisma/migrations/0002_index/migration.sql") == [RULE]


def test_migrations_with_folders_of_their_own(tmp_path: Path) -> None:
    other = tmp_path / "migrations" / "0001_orders"
    other.mkdir(parents=True)
    (other / "up.sql").write_text("CREATE TABLE `orders` (id INT UNSIGNED);\n")
    assert found(tmp_path, "migrations/0002_index/up.sql") == []


def test_a_file_that_is_nowhere_is_asked_alone() -> None:
    project = Project.open("/", config=Config(select=(RULE,)))
    document = Document("/nowhere/migrations/0002_x.sql", INDEX.encode(), "sql")
    assert [d.rule for d in service.diagnose(document, project)] == [RULE]
