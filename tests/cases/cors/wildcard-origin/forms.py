from flask import Flask, make_response
from flask_cors import CORS, cross_origin

app = Flask(__name__)
CORS(app, origins="*")  # expect: cors/wildcard-origin


@app.get("/a")
def a():
    response = make_response("")
    response.headers["Access-Control-Allow-Origin"] = "*"  # expect: cors/wildcard-origin
    return response


# Nothing to see.
CORS(app, origins=ORIGINS)
CORS(app, resources={"/public/*": {"origins": "https://shop.example"}})
CORS(app, **options)
