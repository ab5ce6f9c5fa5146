import sqlite3

from sanic import Sanic

app = Sanic("shop")
db = sqlite3.connect("shop.db")


@app.get("/orders")
async def orders(request):
    db.execute("SELECT id FROM orders WHERE name = '%s'" % request.args.get("name"))  # expect: injection/sql
