from django.db import DatabaseError, IntegrityError, transaction

from .models import Order, Tag


@transaction.atomic
def tag(order, name):
    try:
        Tag.objects.create(order=order, name=name)
    except IntegrityError:  # expect: transaction/error-swallowed-inside
        pass
    order.save()


def tag_safely(order, name):
    with transaction.atomic():
        try:
            with transaction.atomic():
                Tag.objects.create(order=order, name=name)
        except IntegrityError:
            Order.objects.filter(pk=order.pk).update(tagged=False)


def tag_outside(order, name):
    try:
        with transaction.atomic():
            Tag.objects.create(order=order, name=name)
    except (IntegrityError, DatabaseError):
        order.save()


@transaction.atomic
def tag_or_fail(order, name):
    try:
        Tag.objects.create(order=order, name=name)
    except IntegrityError as error:
        raise ValueError(name) from error
    order.save()
