import sqlite3

from flask import Flask, request

app = Flask(__name__)


def connected():
    connection = sqlite3.connect("shop.db")
    connection.row_factory = sqlite3.Row
    return connection


def opened(path):
    return open(path)


@app.get("/orders")
def orders():
    name = request.args["name"]
    rows = connected().execute("SELECT id FROM orders WHERE name = '" + name + "'")  # expect: injection/sql
    connected().execute("SELECT id FROM orders WHERE name = ?", [name])
    opened("log.txt").write(name)
    return {"rows": rows.fetchall()}
