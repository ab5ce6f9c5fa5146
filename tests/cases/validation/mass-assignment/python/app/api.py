from typing import Any

from fastapi import Body, FastAPI
from pydantic import BaseModel
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlmodel import Field, Session, SQLModel


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    paid: Mapped[bool]


class Hero(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    role: str


class OrderIn(BaseModel):
    product: str


class HeroIn(SQLModel):
    name: str


app = FastAPI()


@app.post("/orders")
async def create(session: Session, payload: dict[str, Any] = Body()):
    order = Order(**payload)  # expect: validation/mass-assignment
    session.add(order)


@app.post("/orders/typed")
async def create_typed(session: Session, order_in: OrderIn):
    session.add(Order(**order_in.model_dump()))


@app.post("/heroes")
def create_hero(hero: Hero, session: Session):  # expect: validation/mass-assignment
    session.add(hero)
    session.commit()
    return hero


@app.post("/heroes/typed")
def create_typed_hero(hero: HeroIn, session: Session):
    row = Hero.model_validate(hero)
    session.add(row)
    return row


@app.post("/echo")
def echo(payload: dict):
    return OrderIn(**payload)
