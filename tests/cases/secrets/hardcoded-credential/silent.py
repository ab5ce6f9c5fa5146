import os

import psycopg2

password = os.environ["DB_PASSWORD"]
DB_PASSWORD = ""
DB_PASSWORD = "changeme"
DB_PASSWORD = "<your password>"
API_KEY = "your-api-key"
API_KEY = "${API_KEY}"
API_KEY = "xxxxxxxxxxxx"
API_KEY = "example-key-12345678"
password = "password"
PASSWORD_FIELD = "user_password_9X"
TOKEN_URL = "https://auth.example/oauth/token"
password_label = "Enter your password, 12 characters"
password_help = "Type the new password twice"
PASSWORD_HASH = "pbkdf2_sha256$600000$abc$def="
SECRET_NAME = "prod/shop/db-4f2a"
token_type = "Bearer12"
errors = {"password": "The password is too short"}
labels = {"token": "invalid_token"}
TOKEN_HEADER = "X-Auth-Token-9f"
psycopg2.connect(host="db", password=settings.password)
secret = "secret"
cache_key = "orders:token:1"

seeded = {"password": "65079b006e85a7e798abecb99e47c154"}
changed = {"Password": "Updated."}
REDACTED_CREDENTIAL_VALUE = "_BLANK_07167752-1a71-43b1-bf8f"
POSTHOG_API_KEY = "phc_9CipPajQC22mSkk2wxe2TXsUA0Ysyupe"
psycopg2.connect(host="db", password="password")
