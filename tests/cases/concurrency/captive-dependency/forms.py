from fastapi import FastAPI
from sqlalchemy import create_engine
from sqlalchemy.orm import scoped_session, sessionmaker

engine = create_engine(url)
make = sessionmaker(engine)
session = make()  # expect: concurrency/captive-dependency
threads = scoped_session(make)
app = FastAPI()


@app.get("/")
def index():
    threads.execute(statement)
    return session.execute(statement).all()


if __name__ == "__main__":
    once = make()
