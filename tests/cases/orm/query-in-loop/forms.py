import sqlite3

from django.shortcuts import get_object_or_404
from shop.models import Product
from sqlalchemy.orm import Session


def django(ids):
    for product_id in ids:
        Product.objects.get(pk=product_id)  # expect: orm/query-in-loop
        Product.objects.filter(parent_id=product_id).first()  # expect: orm/query-in-loop
    for row in rows():
        key = row["id"]
        Product.objects.get(pk=key)  # expect: orm/query-in-loop
    return [get_object_or_404(Product, pk=i) for i in ids]  # expect: orm/query-in-loop


def alchemy(session: Session, ids):
    for i in ids:
        session.get(Product, i)  # expect: orm/query-in-loop
        session.query(Product).filter(Product.id == i).first()  # expect: orm/query-in-loop


def driver(ids):
    connection = sqlite3.connect("shop.db")
    cursor = connection.cursor()
    for i in ids:
        cursor.execute("SELECT name FROM product WHERE id = ?", (i,))  # expect: orm/query-in-loop
