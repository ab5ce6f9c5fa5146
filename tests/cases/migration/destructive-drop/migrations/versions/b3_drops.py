from alembic import op

down_revision = "b2"


def upgrade():
    # expect: migration/destructive-drop
    op.drop_table("coupons")
    op.drop_index("orders_by_state")
    op.drop_column("orders", "state_old")
    with op.batch_alter_table("orders") as batch_op:
        # expect: migration/destructive-drop
        batch_op.drop_column("state")


def downgrade():
    op.drop_column("orders", "state")
