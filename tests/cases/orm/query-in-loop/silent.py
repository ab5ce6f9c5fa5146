import sqlite3

from django.core.paginator import Paginator
from shop.models import Product
from sqlalchemy.orm import Session


def fine(ids, session: Session):
    Product.objects.in_bulk(ids)
    for product in Product.objects.filter(pk__in=ids):
        show(product)
    for status in ("new", "paid", "sent"):
        Product.objects.filter(status=status).count()
    for attempt in range(3):
        Product.objects.get(pk=ids[0])
    for i in ids:
        cache.get(i)
        Product(pk=i).describe()
    while True:
        batch = Product.objects.filter(pk__gt=last).first()
        if not batch:
            break


def batches(ids):
    for chunk in chunked(ids, 500):
        Product.objects.filter(pk__in=chunk).count()


def writes(rows):
    connection = sqlite3.connect("shop.db")
    cursor = connection.cursor()
    for row in rows:
        cursor.execute("INSERT INTO product VALUES (?)", (row,))
    for table in tables:
        cursor.execute("CREATE TABLE x (y)")


def other_tables(models, session: Session):
    for model in models:
        model.objects.get(pk=1)
        session.execute(model.select())
    for field in fields:
        Product.objects.filter(**{f"{field}__isnull": True}).exists()


def not_a_manager(ids):
    objects = {i: i for i in ids}
    return [objects.get(i) for i in ids]
