from celery import shared_task
from flask import Flask

from .other import rates

app = Flask(__name__)


@shared_task
def invoice(order_id):
    return rates.apply_async(args=["EUR"]).get()  # expect: job/sync-wait-in-task-or-handler


@app.get("/rates")
def show():
    return {"rate": rates.delay("EUR").get(timeout=2)}  # expect: job/sync-wait-in-task-or-handler (info)


def main():
    print(rates.delay("EUR").get())
