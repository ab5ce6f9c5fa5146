import os
from os import environ, getenv

from decouple import config
from environs import Env
from pydantic_settings import BaseSettings

env = Env()

a = os.getenv("JWT_SECRET", "change-this-key")  # expect: secrets/weak-default-fallback
b = os.environ.get("DB_PASSWORD", "postgres")  # expect: secrets/weak-default-fallback
c = getenv("API_TOKEN", default="abc123")  # expect: secrets/weak-default-fallback
d = environ.get("SECRET_KEY") or "change-this-key"  # expect: secrets/weak-default-fallback
e = config("SECRET_KEY", default="change-this-key")  # expect: secrets/weak-default-fallback
f = env("SECRET_KEY", "change-this-key")  # expect: secrets/weak-default-fallback
g = env.str("SECRET_KEY", default="change-this-key")  # expect: secrets/weak-default-fallback


class Settings(BaseSettings):
    secret_key: str = "change-this-key"  # expect: secrets/weak-default-fallback
    database_url: str = "sqlite://"


# Nothing to see.
os.getenv("JWT_SECRET")
os.environ["JWT_SECRET"]
os.getenv("JWT_SECRET", "")
os.getenv("JWT_SECRET", None)
os.getenv("JWT_SECRET", secrets.token_urlsafe())
os.getenv("LOG_LEVEL", "info")
os.getenv("TOKEN_URL", "https://auth.example")
os.getenv("PASSWORD_MIN_LENGTH", "12")
os.environ.get("DB_PASSWORD") or fail()
options.get("password", "plain")


class Others(BaseSettings):
    _default_password: str = "MyPassword"
    gateway_api_key: str = "DummyKey"
