from flask import make_response
from pyramid.session import SignedCookieSessionFactory
from starlette.middleware.sessions import SessionMiddleware
from starlette.middleware.gzip import GZipMiddleware
from fastapi import FastAPI


def cookies(token, options, is_secure):
    response = make_response("ok")
    response.set_cookie("session", token, secure=True, httponly=True, samesite="Lax")
    response.set_cookie("session", token, secure=is_secure, httponly=True, samesite="Lax")
    response.set_cookie("session", token, **options)
    response.set_cookie("session", "", max_age=0)
    response.set_cookie("session", "", expires=0)
    response.set_cookie("csrf_token", token, secure=True, samesite="Lax")
    response.set_cookie("theme", "dark")
    response.set_cookie("locale", "en")
    response.set_cookie("cookie_consent", "yes")
    response.delete_cookie("session")
    jar.set_cookie("session", token)
    return response


SignedCookieSessionFactory(key, secure=True, httponly=True)
app = FastAPI()
app.add_middleware(SessionMiddleware, secret_key=key, https_only=True)
app.add_middleware(GZipMiddleware)
