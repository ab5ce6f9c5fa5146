import uvicorn
from fastapi import FastAPI
from flask import Flask

app = Flask(__name__)
app.debug = True  # expect: error/debug-mode-on
app.config["DEBUG"] = True  # expect: error/debug-mode-on
app.config.update(DEBUG=True)  # expect: error/debug-mode-on
api = FastAPI(debug=True)  # expect: error/debug-mode-on

if __name__ == "__main__":
    app.run(debug=True)  # expect: error/debug-mode-on
    uvicorn.run("main:api", reload=True)  # expect: error/debug-mode-on (info)
