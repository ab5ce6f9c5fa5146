from django.http import JsonResponse
from flask import Flask, jsonify

app = Flask(__name__)


@app.post("/a")
def a():
    try:
        return jsonify(store())
    except ValueError as error:
        return jsonify(error=str(error))  # expect: error/catch-returns-success


@app.post("/b")
def b():
    try:
        return {"id": store()}
    except ValueError as error:
        return {"success": False, "message": str(error)}  # expect: error/catch-returns-success


def django_view(request):
    try:
        return JsonResponse(store())
    except ValueError as error:
        return JsonResponse({"error": str(error)})  # expect-todo: error/catch-returns-success


# Nothing to see.
@app.post("/c")
def c():
    try:
        return jsonify(store())
    except ValueError as error:
        return jsonify(error=str(error)), 400


@app.post("/d")
def d():
    try:
        return jsonify(store())
    except ValueError:
        return jsonify({"id": None})


@app.post("/hooks")
def payment_webhook():
    try:
        return jsonify(store())
    except ValueError as error:
        return jsonify({"error": str(error)})


def helper():
    try:
        return store()
    except ValueError as error:
        return {"error": str(error)}
