import itsdangerous
import jwt
from fastapi import FastAPI
from flask import Flask
from pyramid.session import SignedCookieSessionFactory
from starlette.middleware.sessions import SessionMiddleware

KEY = "a-key-in-the-source"

app = Flask(__name__)
app.secret_key = "a-key-in-the-source"  # expect: secrets/hardcoded-signing-key
app.config["SECRET_KEY"] = "a-key-in-the-source"  # expect: secrets/hardcoded-signing-key
app.config.update(SECRET_KEY=b"a-key-in-the-source")  # expect: secrets/hardcoded-signing-key
FastAPI().add_middleware(SessionMiddleware, secret_key="a-key-in-the-source", https_only=True)  # expect: secrets/hardcoded-signing-key
SignedCookieSessionFactory("a-key", secure=True, httponly=True)  # expect: secrets/hardcoded-signing-key
itsdangerous.URLSafeSerializer("a-key-in-the-source")  # expect: secrets/hardcoded-signing-key
itsdangerous.URLSafeSerializer(KEY)  # expect: secrets/hardcoded-signing-key
jwt.encode(claims, "a-key-in-the-source", algorithm="HS256")  # expect: secrets/hardcoded-signing-key
jwt.decode(token, "a-key-in-the-source", algorithms=["HS256"])  # expect: secrets/hardcoded-signing-key
