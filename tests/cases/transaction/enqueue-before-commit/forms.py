from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver
from shop.tasks import send_receipt


def pay(order):
    with transaction.atomic():
        order.save()
        send_receipt.delay(order.pk)  # expect: transaction/enqueue-before-commit
        send_receipt.apply_async(args=[order.pk])  # expect: transaction/enqueue-before-commit
        transaction.on_commit(lambda: send_receipt.delay(order.pk))
    send_receipt.delay(order.pk)


@receiver(post_save, sender=Order)
def saved(sender, instance, **kwargs):
    send_receipt.delay(instance.pk)  # expect: transaction/enqueue-before-commit


@transaction.atomic
def pay_all(orders):
    send_receipt.delay(1)  # expect: transaction/enqueue-before-commit
