import jwt
from authlib.jose import jwt as authlib_jwt
from flask import Flask, request
from jose import jwt as jose_jwt

app = Flask(__name__)


def options(token):
    return jwt.decode(token, options={"verify_signature": False})  # expect: auth/jwt-unverified


def options_through_a_name(token):
    lax = {"verify_signature": False}
    return jwt.decode(token, options=lax)  # expect-todo: auth/jwt-unverified


def old_switch(token, key):
    return jwt.decode(token, key, verify=False)  # expect: auth/jwt-unverified


def without_key(token):
    return authlib_jwt.decode(token, None)  # expect: auth/jwt-unverified


@app.route("/me")
def me():
    claims = jose_jwt.get_unverified_claims(request.headers["x-token"])  # expect: auth/jwt-unverified
    return claims["sub"]
