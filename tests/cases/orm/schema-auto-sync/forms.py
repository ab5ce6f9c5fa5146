from sqlalchemy import MetaData
from sqlalchemy.orm import declarative_base

metadata = MetaData()
Base = declarative_base()


def start(engine):
    metadata.drop_all(engine)  # expect: orm/schema-auto-sync
    Base.metadata.drop_all(engine)  # expect: orm/schema-auto-sync


def reset_database(engine):
    metadata.drop_all(engine)


metadata.create_all(engine)
