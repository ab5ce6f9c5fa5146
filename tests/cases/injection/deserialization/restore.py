import base64
import json
import pickle

from flask import Flask, request

app = Flask(__name__)


@app.post("/cart")
def restore():
    return str(pickle.loads(base64.b64decode(request.cookies["cart"])))  # expect: injection/deserialization


@app.post("/basket")
def read():
    raw = request.get_data()
    basket = pickle.loads(raw)  # expect: injection/deserialization
    return str(len(basket))


@app.post("/plain")
def plain():
    return str(len(json.loads(request.get_data())))


def own(path):
    with open(path, "rb") as file:
        return json.load(file)
