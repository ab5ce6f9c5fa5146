from alembic import op

down_revision = None


def upgrade():
    op.create_index("a", "orders", ["state"], postgresql_using="gin")
