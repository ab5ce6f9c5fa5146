"""Fixes of migrations: what they make of a file, and where there is none."""

# ruff: noqa: E501 - texts are compared best as they stand in files

from __future__ import annotations

import pytest
from tests.code.test_repairs import fixed

RAILS = (
    "class A < ActiveRecord::Migration[7.1]\n%s  def change\n    # postgres\n    %s\n  end\nend\n"
)
MARK = "  disable_ddl_transaction!\n\n"


@pytest.mark.parametrize(
    ("mark", "before", "after"),
    [
        ("", "add_index :a, [:b, :c]", "add_index :a, [:b, :c], algorithm: :concurrently"),
        (
            "",
            "add_index(:a, :b, unique: true)",
            "add_index(:a, :b, unique: true, algorithm: :concurrently)",
        ),
        ("", "remove_index :a, :b", "remove_index :a, :b, algorithm: :concurrently"),
        (
            MARK,
            "add_index :a, :b\n    puts 1",
            "add_index :a, :b, algorithm: :concurrently\n    puts 1",
        ),
        ("", "add_index :a, :b\n    puts 1", None),
        ("", "add_index :a, :b, **options", None),
        ("", "change_table(:a) { |t| t.index :b }", None),
    ],
)
def test_rails_indexes(mark: str, before: str, after: str | None) -> None:
    result = fixed("migration/index-not-concurrent", "db/migrate/1_a.rb", RAILS % (mark, before))
    assert result == (None if after is None else RAILS % (MARK, after))


ALEMBIC = """\
from alembic import op
import sqlalchemy as sa

revision = "b"
down_revision = "a"  # postgresql

def upgrade():
    %s
"""
BLOCK = "with op.get_context().autocommit_block():\n        "


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [
        (
            "index-not-concurrent",
            'op.create_index("x", "t", ["c"])',
            BLOCK + 'op.create_index("x", "t", ["c"], postgresql_concurrently=True)',
        ),
        ("index-not-concurrent", 'op.create_index(\n        "x", "t", ["c"]\n    )', None),
        ("index-not-concurrent", 'x = op.create_index("x", "t", ["c"])', None),
        ("index-not-concurrent", 'if sa: op.create_index("x", "t", ["c"])', None),
        (
            "concurrent-in-transaction",
            'op.create_index(\n        "x", "t", ["c"],\n        postgresql_concurrently=True,\n    )',
            BLOCK
            + 'op.create_index(\n            "x", "t", ["c"],\n            postgresql_concurrently=True,\n        )',
        ),
        (
            "constraint-validates-now",
            'op.create_foreign_key("f", "t", "u", ["c"], ["d"])',
            'op.create_foreign_key("f", "t", "u", ["c"], ["d"], postgresql_not_valid=True)',
        ),
        (
            "not-null-without-default",
            'op.add_column("t", sa.Column("c", sa.Text(), nullable=False))',
            'op.add_column("t", sa.Column("c", sa.Text(), nullable=True))',
        ),
    ],
)
def test_alembic(rule: str, before: str, after: str | None) -> None:
    result = fixed(f"migration/{rule}", "migrations/versions/b.py", ALEMBIC % before)
    assert result == (None if after is None else ALEMBIC % after)


DJANGO = "from django.db import migrations, models\n\nclass Migration(migrations.Migration):\n    operations = [%s]\n"


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [
        (
            "irreversible",
            "migrations.RunPython(f)",
            "migrations.RunPython(f, migrations.RunPython.noop)",
        ),
        ("irreversible", "migrations.RunSQL(sql=s)", None),
        ("irreversible", "migrations.RunPython(f), migrations.RunSQL(s)", None),
        (
            "irreversible",
            "migrations.RunPython(code=f), migrations.RunPython(g)",
            "migrations.RunPython(code=f, reverse_code=migrations.RunPython.noop), migrations.RunPython(g, migrations.RunPython.noop)",
        ),
        (
            "not-null-without-default",
            'migrations.AddField("a", "b", models.TextField())',
            'migrations.AddField("a", "b", models.TextField(null=True))',
        ),
        (
            "not-null-without-default",
            'migrations.AddField("a", "b", models.TextField(null=False))',
            'migrations.AddField("a", "b", models.TextField(null=True))',
        ),
    ],
)
def test_django(rule: str, before: str, after: str | None) -> None:
    result = fixed(f"migration/{rule}", "shop/migrations/0002_a.py", DJANGO % before)
    assert result == (None if after is None else DJANGO % after)


MODELS = """\
from django.db import migrations
%s

def fill(apps, schema_editor):
    \"\"\"Fill.\"\"\"
%s

class Migration(migrations.Migration):
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
"""
GIVEN = '    Order = apps.get_model("shop", "Order")\n'


@pytest.mark.parametrize(
    ("line", "body", "is_fixed"),
    [
        (
            "from shop.models import Order",
            "    for one in Order.objects.all():\n        Order.objects.create()",
            True,
        ),
        ("from ..models import Order", "    Order.objects.all().delete()", True),
        ("from shop.models import Order, Item", "    Order.objects.all().delete()", False),
        ("from shop.models import Order as O", "    O.objects.all().delete()", False),
        ("from shop.models import Order", "    Order.objects.filter(s=Order.OPEN).delete()", False),
        (
            "from shop.models import Order",
            "    Order.objects.all().delete()\n\nx = Order.objects",
            False,
        ),
    ],
)
def test_django_models(line: str, body: str, is_fixed: bool) -> None:
    result = fixed(
        "migration/data-change-mixed", "shop/migrations/0002_a.py", MODELS % (line, body)
    )
    expected = (MODELS % (line, GIVEN + body)).replace(line + "\n", "")
    assert result == (expected if is_fixed else None)


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (
            "db/1.sql",
            "-- +goose Up\nCREATE INDEX CONCURRENTLY a ON b (c);\n",
            "-- +goose NO TRANSACTION\n-- +goose Up\nCREATE INDEX CONCURRENTLY a ON b (c);\n",
        ),
        (
            "db/1.sql",
            "-- migrate:up\nCREATE INDEX CONCURRENTLY a ON b (c);\n-- migrate:down\n",
            "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY a ON b (c);\n-- migrate:down\n",
        ),
        ("db/1.sql", "BEGIN;\nCREATE INDEX CONCURRENTLY a ON b (c);\nCOMMIT;\n", None),
        (
            "migrations/1.ts",
            'import { MigrationInterface } from "typeorm";\n\nexport class A1 implements MigrationInterface {\n    async up(q) {\n        await q.query(`CREATE INDEX CONCURRENTLY a ON b (c)`);\n    }\n}\n',
            'import { MigrationInterface } from "typeorm";\n\nexport class A1 implements MigrationInterface {\n    transaction = false;\n\n    async up(q) {\n        await q.query(`CREATE INDEX CONCURRENTLY a ON b (c)`);\n    }\n}\n',
        ),
        (
            "db/migrate/1_a.rb",
            RAILS % ("", "add_index :a, :b, algorithm: :concurrently"),
            RAILS % (MARK, "add_index :a, :b, algorithm: :concurrently"),
        ),
    ],
)
def test_markers_against_transactions(path: str, before: str, after: str | None) -> None:
    assert fixed("migration/concurrent-in-transaction", path, before) == after


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [
        (
            "set-not-null-scan",
            "-- postgres\nALTER TABLE s.a ALTER b SET NOT NULL;\nSELECT 1;\n",
            (
                "-- postgres\nALTER TABLE s.a ADD CONSTRAINT a_b_not_null CHECK (b IS NOT NULL) NOT VALID;\n"
                "ALTER TABLE s.a VALIDATE CONSTRAINT a_b_not_null;\nALTER TABLE s.a ALTER b SET NOT NULL;\n"
                "ALTER TABLE s.a DROP CONSTRAINT a_b_not_null;\nSELECT 1;\n"
            ),
        ),
        (
            "set-not-null-scan",
            "-- postgres\nALTER TABLE a ALTER b SET NOT NULL, ALTER c SET NOT NULL;\n",
            None,
        ),
        (
            "set-not-null-scan",
            "-- postgres\nBEGIN;\nALTER TABLE a ALTER b SET NOT NULL;\nCOMMIT;\n",
            None,
        ),
        ("set-not-null-scan", "-- postgres\nALTER TABLE a ALTER b SET NOT NULL; SELECT 1;\n", None),
        (
            "not-null-without-default",
            "-- postgres\nALTER TABLE a ADD b text NOT NULL UNIQUE;\n",
            "-- postgres\nALTER TABLE a ADD b text NULL UNIQUE;\n",
        ),
        ("not-null-without-default", "-- postgres\nALTER TABLE a ADD b uuid PRIMARY KEY;\n", None),
        (
            "no-lock-timeout",
            "-- postgres\n-- +goose Up\n-- why\nALTER TABLE a ADD b text;\n",
            "-- postgres\n-- +goose Up\n-- why\nSET lock_timeout = '5s';\nALTER TABLE a ADD b text;\n",
        ),
        ("no-lock-timeout", "-- postgres\nSELECT 1; ALTER TABLE a ADD b text;\n", None),
    ],
)
def test_sql(rule: str, before: str, after: str | None) -> None:
    assert fixed(f"migration/{rule}", "db/postgres/migrations/2.sql", before) == after


XML = '<databaseChangeLog>\n  <changeSet id="7" author="ada" dbms="postgresql"%s>\n    <sql>VACUUM a</sql>\n  </changeSet>\n</databaseChangeLog>\n'
CHANGES = "databaseChangeLog:\n  - changeSet:\n      id: 7\n      dbms: postgresql\n%s      changes:\n        - sql:\n            sql: VACUUM a\n"


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("a.xml", XML % "", XML % ' runInTransaction="false"'),
        ("a.xml", XML % ' runInTransaction="true"', None),
        ("a.yaml", CHANGES % "", CHANGES % "      runInTransaction: false\n"),
        ("a.yaml", CHANGES % "      preConditions:\n        - onFail: HALT\n", None),
    ],
)
def test_liquibase(path: str, before: str, after: str | None) -> None:
    assert fixed("migration/concurrent-in-transaction", f"db/changelog/{path}", before) == after


LARAVEL = "<?php\nuse Illuminate\\Database\\Migrations\\Migration;\nuse Illuminate\\Support\\Facades\\Schema;\n\nreturn new class extends Migration\n{\n    public function up()\n    {\n        Schema::table('a', function ($table) {\n            %s\n        });\n    }\n};\n"
TYPEORM = 'import { MigrationInterface, QueryRunner, TableColumn } from "typeorm";\n\nexport class A1 implements MigrationInterface {\n  async up(queryRunner: QueryRunner) {\n    %s\n  }\n}\n'
SEQUELIZE = "module.exports = {\n  async up(queryInterface, Sequelize) {\n    %s\n  },\n};\n"


@pytest.mark.parametrize(
    ("path", "text", "before", "after"),
    [
        (
            "database/migrations/1_a.php",
            LARAVEL,
            "$table->string('b')->unique();",
            "$table->string('b')->nullable()->unique();",
        ),
        ("database/migrations/1_a.php", LARAVEL, "$table->uuid('b')->primary();", None),
        (
            "migrations/1.ts",
            TYPEORM,
            'await queryRunner.addColumn("a", new TableColumn({ name: "b", type: "text", isNullable: false }));',
            'await queryRunner.addColumn("a", new TableColumn({ name: "b", type: "text", isNullable: true }));',
        ),
        (
            "migrations/1.js",
            SEQUELIZE,
            'await queryInterface.addColumn("a", "b", { type: Sequelize.TEXT, allowNull: false });',
            'await queryInterface.addColumn("a", "b", { type: Sequelize.TEXT, allowNull: true });',
        ),
    ],
)
def test_new_columns_may_be_null(path: str, text: str, before: str, after: str | None) -> None:
    result = fixed("migration/not-null-without-default", path, text % before)
    assert result == (None if after is None else text % after)
