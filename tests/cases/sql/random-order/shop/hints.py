from django.db.models import F
from shop.models import Hint
from sqlalchemy import func, select


def hints(session, ids):
    Hint.objects.filter(shown=True).order_by("?").first()  # expect: sql/random-order
    Hint.objects.filter(pk__in=ids).order_by("?")
    session.scalars(select(Hint).order_by(func.random()).limit(3))  # expect: sql/random-order
    session.scalars(select(Hint).order_by(func.lower(Hint.text)))
    Hint.objects.order_by(F("id"))
