import re

from flask import Flask, request

app = Flask(__name__)
WORDS = re.compile(r"(\w+)+!")  # expect: injection/regex-denial
NUMBER = re.compile(r"(\d+)-(\d+)")


@app.get("/search")
def search():
    pattern = re.compile(request.args["pattern"])  # expect: injection/regex-denial
    text = re.compile(re.escape(request.args["text"]))
    return {"found": bool(pattern.search(ORDERS)), "also": bool(text.search(ORDERS))}
