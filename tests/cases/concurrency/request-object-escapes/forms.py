import threading
from concurrent.futures import ThreadPoolExecutor

from flask import Flask, current_app, request

app = Flask(__name__)
executor = ThreadPoolExecutor()


@app.post("/a")
def a():
    threading.Thread(target=audit, args=(1, request)).start()  # expect: concurrency/request-object-escapes
    executor.submit(audit, current_app)  # expect: concurrency/request-object-escapes
    threading.Thread(target=audit, args=(request.path,)).start()
    executor.submit(audit, request.path)
    return ""


@app.post("/b")
def b():
    thread = threading.Thread(target=audit, args=(request,))
    thread.start()
    thread.join()
    return ""
