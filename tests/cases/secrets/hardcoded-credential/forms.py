import psycopg2
import redis
import requests

DB_PASSWORD = "tR7#kq92Lm"  # expect: secrets/hardcoded-credential
aws_key = "AKIAIOSFODNN7WZ4YTUV"  # expect: secrets/hardcoded-credential
stripe = "sk_live_" "4eC39HqLyjWDarjtT1zdp7dc"  # expect-todo: secrets/hardcoded-credential
config = {"api_key": "f2c9Qm7Zk1Xw8Ty4Lp0Vb6Na"}  # expect: secrets/hardcoded-credential
psycopg2.connect(host="db", password="hunter2x")  # expect: secrets/hardcoded-credential
redis.Redis(host="cache", password="tR7#kq92Lm")  # expect: secrets/hardcoded-credential


def connect(host, password="tR7#kq92Lm"):  # expect: secrets/hardcoded-credential
    return host, password


class Settings:
    smtp_password = "tR7#kq92Lm"  # expect: secrets/hardcoded-credential


# expect: secrets/hardcoded-credential
KEY = """-----BEGIN RSA PRIVATE KEY-----
MIIEowIBAAKCAQEAx8Zl3vYk8XzQ0m5Yp2rJ5l7sD1fQwHn0hUeT6v2oJt9yQe1r
-----END RSA PRIVATE KEY-----
"""
