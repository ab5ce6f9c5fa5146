from alembic import op
from fastapi import Depends, FastAPI
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session, sessionmaker

engine = create_engine("sqlite:///shop.db")
SessionLocal = sessionmaker(bind=engine)
app = FastAPI()


def get_session():
    return SessionLocal()  # expect: pool/connection-not-released


@app.get("/users")
def users(session=Depends(get_session)):
    return session.execute(text("SELECT 1")).all()


def count():
    session = SessionLocal()  # expect: pool/connection-not-released
    return session.query(User).count()


def names():
    connection = engine.connect()  # expect: pool/connection-not-released
    return connection.execute(text("SELECT name FROM users WHERE active")).all()


def closed():
    session = SessionLocal()
    try:
        return session.query(User).count()
    finally:
        session.close()


def scoped():
    with SessionLocal() as session, engine.connect() as connection:
        return session.query(User).count() + connection.execute(text("SELECT 1")).scalar()


def upgrade():
    session = Session(bind=op.get_bind())
    session.commit()


def given():
    session = SessionLocal()
    return Repository(session), session
