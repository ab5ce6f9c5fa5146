import os

import itsdangerous
import jwt
from flask import Flask

PUBLIC_KEY = """-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA
-----END PUBLIC KEY-----"""

app = Flask(__name__)
app.secret_key = os.environ["SECRET_KEY"]
app.config["SECRET_KEY"] = settings.key
app.secret_key = os.urandom(32)
itsdangerous.URLSafeSerializer(os.environ["SECRET_KEY"], salt="a-salt")
jwt.decode(token, PUBLIC_KEY, algorithms=["RS256"])
other.secret_key = "not an application"
