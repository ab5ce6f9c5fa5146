from django.db import transaction
from shop.models import CartSession, Order


def change(session, day):
    Order.objects.all().delete()  # expect: sql/write-without-where
    Order.objects.update(state="closed")  # expect: sql/write-without-where
    Order.objects.filter(day=day).update(state="closed")
    CartSession.objects.all().delete()
    session.query(Order).delete()  # expect: sql/write-without-where
    session.query(Order).filter(Order.day < day).delete()
    orders = Order.objects.filter(day=day)
    orders.delete()


def reset_shop():
    Order.objects.all().delete()
