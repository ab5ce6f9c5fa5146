from django.db import models
from django.shortcuts import get_object_or_404
from celery import shared_task
from shop.tasks import invoice


class Order(models.Model):
    def send(self):
        invoice.delay(self)  # expect: job/rich-argument


def pay(request, pk):
    order = get_object_or_404(Order, pk=pk)
    invoice.apply_async(args=[order], countdown=5)  # expect: job/rich-argument
    invoice.delay(order=Order.objects.get(pk=pk))  # expect: job/rich-argument
    invoice.delay(pk, request.user)  # expect: job/rich-argument


# Nothing to see.
def fine(request, pk):
    order = get_object_or_404(Order, pk=pk)
    invoice.delay(order.pk)
    invoice.delay({"id": order.pk, "user": request.user.pk})
    order = order.as_dict()
    invoice.delay(order)
    name = Order.objects.values_list("name").get(pk=pk)
    invoice.delay(name)
    invoice.apply_async(args=[pk], queue=queue)


class Plain:
    def send(self):
        invoice.delay(self)
