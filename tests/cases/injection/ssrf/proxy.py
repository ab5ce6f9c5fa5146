import requests
from flask import Flask, abort, request

app = Flask(__name__)
PARTNERS = {"bank": "https://bank.example/rates", "post": "https://post.example/rates"}


@app.get("/fetch")
def fetch():
    return requests.get(request.args["url"], timeout=5).text  # expect: injection/ssrf


@app.get("/host")
def host():
    name = request.args["host"]
    return requests.get(f"https://{name}/status", timeout=5).text  # expect: injection/ssrf


@app.get("/rates")
def rates():
    partner = request.args["partner"]
    if partner not in PARTNERS:
        abort(404)
    return requests.get(PARTNERS[partner], timeout=5).text


@app.get("/order")
def order():
    number = int(request.args["number"])
    return requests.get(f"https://shop.example/orders/{number}", timeout=5).text
