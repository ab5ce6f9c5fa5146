from typing import Annotated

from fastapi import BackgroundTasks, Depends, FastAPI
from sqlalchemy.orm import Session

app = FastAPI()


@app.post("/a")
def a(tasks: BackgroundTasks, session: Annotated[Session, Depends(get_session)]):
    tasks.add_task(send, 1, session)  # expect: concurrency/request-object-escapes
    tasks.add_task(send, 1)


@app.post("/b")
def b(tasks: BackgroundTasks, session_id: int, factory=Depends(get_factory)):
    tasks.add_task(send, session_id, factory)
