from sqlalchemy import create_engine, text

engine = create_engine(url)


def pay():
    with engine.begin() as connection:
        connection.execute(text("UPDATE a SET b = 1 WHERE c = 2"))
        engine.execute(text("UPDATE a SET b = 1 WHERE c = 2"))  # expect: transaction/client-outside-scope
    engine.execute(text("UPDATE a SET b = 1 WHERE c = 2"))


def read():
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
