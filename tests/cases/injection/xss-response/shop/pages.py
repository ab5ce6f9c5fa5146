from flask import Flask, Response, jsonify, render_template, request
from markupsafe import escape

app = Flask(__name__)


@app.get("/hello")
def hello():
    name = request.args.get("name", "you")
    return f"<p>Hello {name}</p>"  # expect: injection/xss-response


@app.get("/escaped")
def escaped():
    return f"<p>Hello {escape(request.args.get('name', 'you'))}</p>"


@app.get("/template")
def template():
    return render_template("hello.html", name=request.args.get("name"))


@app.get("/data")
def data():
    return jsonify(name=request.args.get("name"))


@app.get("/plain")
def plain():
    return Response(f"Hello {request.args.get('name')}", mimetype="text/plain")


@app.get("/page/<int:number>")
def page(number):
    return f"<p>Page {number}</p>"
