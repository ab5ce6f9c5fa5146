import sqlalchemy as sa
from alembic import op

down_revision = "b0"


def upgrade():
    op.create_table("made", sa.Column("id", sa.Integer()))
    op.add_column("made", sa.Column("a", sa.Integer(), nullable=False))
    with op.batch_alter_table("orders") as batch_op:
        # expect: migration/not-null-without-default
        batch_op.add_column(sa.Column("a", sa.Integer(), nullable=False))
        batch_op.add_column(sa.Column("b", sa.Integer(), sa.Identity(), nullable=False))
        batch_op.add_column(sa.Column("c", sa.Integer()))


def downgrade():
    op.add_column("orders", sa.Column("d", sa.Integer(), nullable=False))
