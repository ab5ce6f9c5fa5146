import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "c1"
down_revision = "c0"


def upgrade():
    op.create_table("fees", sa.Column("id", sa.Integer()))
    op.alter_column("fees", "id", type_=sa.BigInteger())
    op.alter_column("orders", "id", type_=sa.BigInteger())  # expect: migration/type-change-rewrite
    op.alter_column("orders", "note", type_=sa.Text())
    op.alter_column("orders", "city", nullable=False)  # expect: migration/set-not-null-scan
    op.alter_column("orders", "zip", nullable=True)
    op.create_unique_constraint("a", "orders", ["number"])  # expect: migration/constraint-validates-now
    op.create_foreign_key("b", "orders", "shops", ["shop_id"], ["id"], postgresql_not_valid=True)
    op.execute("ALTER TABLE orders ADD COLUMN total numeric NOT NULL")  # expect: migration/not-null-without-default
    op.execute(sa.text("UPDATE orders SET total = 0"))  # expect: migration/data-change-mixed
    op.create_index("c", "orders", ["zip"], postgresql_concurrently=True)  # expect: migration/concurrent-in-transaction


def downgrade():  # expect: migration/irreversible
    pass
