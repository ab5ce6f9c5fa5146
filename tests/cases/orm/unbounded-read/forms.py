from flask import Flask, jsonify
from flask_sqlalchemy import SQLAlchemy
from rest_framework.decorators import api_view
from rest_framework.response import Response

app = Flask(__name__)
db = SQLAlchemy(app)


@app.route("/books")
def books():
    return jsonify([book.to_dict() for book in Book.query.all()])  # expect: orm/unbounded-read


@app.route("/orders")
def orders():
    rows = db.session.query(Order).all()  # expect: orm/unbounded-read
    return jsonify(rows)


@app.route("/invoices")
def invoices():
    rows = db.session.execute(db.select(Invoice)).scalars().all()  # expect: orm/unbounded-read
    return jsonify(rows)


@api_view(["GET"])
def customers(request):
    return Response(CustomerSerializer(Customer.objects.all(), many=True).data)  # expect: orm/unbounded-read


# Nothing to see.
@app.route("/mine")
def mine():
    return jsonify(Order.query.filter_by(owner=current_user.id).all())


@app.route("/recent")
def recent():
    return jsonify(db.session.query(Order).order_by(Order.id.desc()).limit(20).all())


@app.route("/countries")
def countries():
    return jsonify(Country.query.all())


@app.route("/paged")
def paged():
    page = Order.query.paginate(page=1, per_page=20)
    return jsonify(page.items)


@api_view(["GET"])
def chosen(request):
    rows = Customer.objects.all()
    rows = rows.filter(owner=request.user)
    return Response(CustomerSerializer(rows, many=True).data)


def elsewhere():
    return Order.query.all()
