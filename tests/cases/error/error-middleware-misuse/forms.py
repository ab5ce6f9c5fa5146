from flask import Blueprint, Flask

app = Flask(__name__)
shop = Blueprint("shop", __name__)


@shop.errorhandler(404)  # expect: error/error-middleware-misuse (info)
def missing(error):
    return "no", 404


@shop.errorhandler(ValueError)
def wrong(error):
    return "no", 400


@app.errorhandler(404)
def missing_in_app(error):
    return "no", 404
