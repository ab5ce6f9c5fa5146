from flask import Flask, request, session

app = Flask(__name__)
VIEWS = {"list": 1, "table": 2}


@app.post("/view")
def view():
    session["view"] = request.form["view"]  # expect: session/trust-boundary
    session["count"] = int(request.form["count"])
    session["kind"] = VIEWS[request.form["kind"]]
    user = find(request.form["name"])
    session["user"] = user.id
    return "", 204
