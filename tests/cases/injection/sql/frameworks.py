import sqlite3

import bottle
import tornado.web
from django.db import connection
from rest_framework import viewsets

db = sqlite3.connect("shop.db")


class Orders(tornado.web.RequestHandler):
    def get(self):
        name = self.get_argument("name")
        db.execute("SELECT id FROM orders WHERE name = '%s'" % name)  # expect: injection/sql


class OrderSet(viewsets.ModelViewSet):
    def get_queryset(self):
        name = self.request.query_params.get("name")
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id FROM orders WHERE name = '{name}'")  # expect: injection/sql
            cursor.execute("SELECT id FROM orders WHERE name = %s", [name])


@bottle.route("/orders")
def list_orders():
    db.execute("SELECT id FROM orders WHERE name = '%s'" % bottle.request.query.name)  # expect: injection/sql
    return "ok"


def lambda_handler(event, context):
    name = event["queryStringParameters"]["name"]
    db.execute("SELECT id FROM orders WHERE name = '%s'" % name)  # expect: injection/sql
    db.execute("SELECT id FROM orders WHERE id = %d" % int(event["id"]))


def publish(event, topic):
    db.execute("SELECT id FROM orders WHERE name = ?", [event["name"]])
