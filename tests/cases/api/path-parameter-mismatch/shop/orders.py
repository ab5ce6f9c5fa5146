from fastapi import Depends, FastAPI
from flask import Blueprint

app = FastAPI()
pages = Blueprint("pages", __name__)


@app.get("/orders/{id}")  # expect: api/path-parameter-mismatch
def order(order_id: int):
    return load(order_id)


@app.get("/orders/{order_id}/lines")
def lines(order=Depends(valid_order)):
    return order.lines


@app.get("/orders/{order_id}/notes/{note}")
def note(order_id: int, note: str, limit: int = 10):
    return load(order_id).notes[note][:limit]


@pages.get("/<slug>")
@login_required
def page(slug):
    return show(slug)


@pages.get("/<path:slug>/edit")  # expect: api/path-parameter-mismatch
def edit(name):
    return show(name)


@pages.get("/<slug>/rows")
@with_page
def rows(page):
    return {"rows": page.rows}
