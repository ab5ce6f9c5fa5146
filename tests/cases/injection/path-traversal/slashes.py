from pathlib import Path

from flask import Flask, abort, request, send_file

app = Flask(__name__)
BASE = Path("/srv/files")


@app.get("/a/<path:name>")
def read(name):
    path = BASE / name
    return path.read_text()  # expect: injection/path-traversal


@app.get("/b")
def send():
    return send_file(Path("/srv") / "files" / request.args["f"])  # expect: injection/path-traversal


@app.get("/c/<path:name>")
def remove(name):
    BASE.joinpath(name).unlink()  # expect: injection/path-traversal
    return ""


@app.get("/d/<name>")
def checked(name):
    path = (BASE / name).resolve()
    if not path.is_relative_to(BASE):
        abort(404)
    return path.read_text()


@app.get("/e/<int:number>")
def numbered(number):
    return (BASE / f"{number}.txt").read_text()


@app.get("/f")
def named():
    path = BASE / Path(request.args["f"]).name
    return path.read_text()


@app.get("/g/<name>")
def one_segment(name):
    return (BASE / name).read_text()


@app.get("/h/<name>")
def whole(name):
    return open(name).read()  # expect: injection/path-traversal
