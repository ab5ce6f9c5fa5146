import hmac
import os

from fastapi import Depends, FastAPI, Header, HTTPException
from fastapi.security import HTTPBasic, HTTPBasicCredentials
from shop.conf import settings

app = FastAPI()
API_KEY = os.environ["API_KEY"]


@app.get("/a")
def by_header(x_api_key: str = Header()):
    if x_api_key != API_KEY:  # expect: crypto/timing-unsafe-compare
        raise HTTPException(401)


@app.get("/b")
def by_password(credentials: HTTPBasicCredentials = Depends(HTTPBasic())):
    if credentials.password == settings.ADMIN_PASSWORD:  # expect: crypto/timing-unsafe-compare
        return {}


@app.get("/c")
def in_constant_time(x_api_key: str = Header()):
    if not hmac.compare_digest(x_api_key, API_KEY):
        raise HTTPException(401)


def rotate(key):
    if key == settings.OLD_KEY_NAME or key.primary_key == settings.PRIMARY_KEY:
        return None
    return settings.TOKEN_TYPE == "bearer"
