from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from flask import Flask
from flask_cors import CORS
from starlette.middleware import Middleware

app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)  # expect: cors/wildcard-with-credentials
app.add_middleware(CORSMiddleware, allow_origin_regex=".*", allow_credentials=True)  # expect: cors/wildcard-with-credentials
Middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)  # expect: cors/wildcard-with-credentials
CORSMiddleware(app, allow_origins=["*"], allow_credentials=True)  # expect: cors/wildcard-with-credentials

flask = Flask(__name__)
CORS(flask, origins="*", supports_credentials=True)  # expect: cors/wildcard-with-credentials
CORS(flask, supports_credentials=True)  # expect: cors/wildcard-with-credentials
CORS(flask, resources={r"/api/*": {"origins": "*"}}, supports_credentials=True)  # expect: cors/wildcard-with-credentials

# Nothing to see.
app.add_middleware(CORSMiddleware, allow_origins=["*"])  # expect: cors/wildcard-origin
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=False)  # expect: cors/wildcard-origin
app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"], allow_credentials=True)
app.add_middleware(CORSMiddleware, allow_origins=origins, allow_credentials=True)
app.add_middleware(CORSMiddleware, allow_origin_regex=r"https://.*\.shop\.example", allow_credentials=True)
CORS(flask)  # expect: cors/wildcard-origin
CORS(flask, origins=["https://shop.example"], supports_credentials=True)
CORS(flask, resources={r"/api/*": {"origins": ["https://shop.example"]}}, supports_credentials=True)
if app.debug:
    CORS(flask, origins="*", supports_credentials=True)
