import sqlalchemy as sa
from alembic import op

down_revision = "b1"


def upgrade():
    # expect: migration/rename-in-place
    op.rename_table("clients", "customers")
    op.add_column("orders", sa.Column("total_2", sa.Integer()))
    op.alter_column("orders", "total_2", new_column_name="total")
    op.alter_column("orders", "new_id", new_column_name="id")
    op.alter_column("orders", "sum", nullable=True)
    with op.batch_alter_table("orders") as batch_op:
        # expect: migration/rename-in-place
        batch_op.alter_column("sum", new_column_name="amount")
