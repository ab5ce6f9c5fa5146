from django.http import HttpResponse, JsonResponse
from flask import Flask, jsonify
from rest_framework import status
from rest_framework.response import Response

app = Flask(__name__)


def a(request):
    return Response({"a": 1}, status=status.HTTP_204_NO_CONTENT)  # expect: api/no-content-with-body


def b(request):
    return JsonResponse({"a": 1}, status=204)  # expect: api/no-content-with-body


@app.delete("/c")
def c():
    return {"a": 1}, 204  # expect: api/no-content-with-body


# Nothing to see.
def d(request):
    return Response(status=status.HTTP_204_NO_CONTENT)


def e(request):
    return HttpResponse("", status=204)


@app.delete("/f")
def f():
    return "", 204


@app.delete("/g")
def g():
    return jsonify(a=1), 200


@app.delete("/h")
def h():
    return make_response("", 204)
