import sqlite3
from contextlib import closing

from flask import Blueprint, abort, g, jsonify, request
from sqlalchemy import text

from shop.database import engine, get_db
from shop.models import Order

orders = Blueprint("orders", __name__)
SORTS = {"price": "unit_price", "date": "created_at"}


def find_by(column, value):
    with closing(sqlite3.connect("shop.db")) as connection:
        return connection.execute(f"SELECT id FROM orders WHERE {column} = ?", (value,)).fetchall()


def find_by_name(name):
    cursor = get_db().cursor()
    cursor.execute("SELECT id FROM orders WHERE name = '%s'" % name)  # expect: injection/sql
    return cursor.fetchall()


class Search:
    def __init__(self, term, limit):
        self.term = term
        self.limit = int(limit)

    def statement(self):
        return "SELECT id FROM orders WHERE note LIKE '%" + self.term + "%'"

    def page(self):
        return "SELECT id FROM orders LIMIT %d" % self.limit


@orders.get("/orders")
def index():
    sort = SORTS.get(request.args.get("sort"), "id")
    rows = get_db().execute(f"SELECT id FROM orders ORDER BY {sort}").fetchall()
    return jsonify([row[0] for row in rows])


@orders.get("/orders/search")
def search():
    wanted = Search(request.args["q"], request.args.get("limit", 20))
    with engine.connect() as connection:
        connection.execute(text(wanted.statement()))  # expect: injection/sql
        return jsonify(list(connection.execute(text(wanted.page()))))


@orders.get("/orders/<int:number>")
def show(number):
    row = get_db().execute(f"SELECT id FROM orders WHERE id = {number}").fetchone()
    return jsonify(row)


@orders.get("/orders/by/<status>")
def by_status(status):
    if status not in ("open", "paid"):
        abort(404)
    first = get_db().execute(f"SELECT id FROM orders WHERE status = '{status}'").fetchone()
    return jsonify(first)


@orders.post("/orders/export")
def export():
    body = request.get_json()
    columns = ", ".join(body["columns"])
    statement = f"SELECT {columns} FROM orders"
    rows = g.db.execute(statement).fetchall()  # expect: injection/sql
    return jsonify(rows)


@orders.get("/orders/mine")
def mine():
    found = Order.query.filter_by(owner=request.args["owner"]).filter(Order.note.like("%x%"))
    marks = ",".join(["?"] * len(request.args.getlist("id")))
    get_db().execute(f"SELECT id FROM orders WHERE id IN ({marks})", request.args.getlist("id"))
    return jsonify([one.id for one in found])
