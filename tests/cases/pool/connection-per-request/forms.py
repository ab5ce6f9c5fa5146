import psycopg2
import redis
from fastapi import FastAPI
from pymongo import MongoClient
from sqlalchemy import create_engine

app = FastAPI()
engine = create_engine(url)


@app.get("/a")
def a():
    psycopg2.connect(url)  # expect: pool/connection-per-request
    redis.Redis(host="cache")  # expect: pool/connection-per-request
    MongoClient(url)  # expect: pool/connection-per-request
    create_engine(url)  # expect: pool/connection-per-request


# Nothing to see.
@app.get("/b")
def b():
    return load(engine)


@app.get("/health")
def health():
    psycopg2.connect(url)


@app.get("/c")
def c():
    global client
    if client is None:
        client = MongoClient(url)
    return client


@app.on_event("startup")
async def start():
    app.state.redis = redis.Redis(host="cache")


def connect():
    return psycopg2.connect(url)


@app.get("/d")
def d():
    client = MongoClient(url)  # expect: pool/connection-per-request
    client.connect()
