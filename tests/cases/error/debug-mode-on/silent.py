import os

import uvicorn
from fastapi import FastAPI
from flask import Flask

app = Flask(__name__)
app.debug = os.environ.get("DEBUG") == "1"
app.config["DEBUG"] = settings.debug
app.run()
app.run(debug=False)
app.run(debug=settings.debug)
FastAPI(debug=settings.debug)
uvicorn.run("main:api", reload=settings.debug)
worker.run(debug=True)
if os.environ.get("FLASK_ENV") == "development":
    app.run(debug=True)


def develop():
    uvicorn.run("main:api", reload=True)
