from django.http import HttpResponse
from fastapi import Response
from flask import make_response
from pyramid.authentication import AuthTktAuthenticationPolicy
from pyramid.session import SignedCookieSessionFactory
from starlette.middleware.sessions import SessionMiddleware
from fastapi import FastAPI

SESSION_COOKIE = "sid_token"


def flask_login(token):
    response = make_response("ok")
    response.set_cookie("session", token)  # expect: session/cookie-flags
    response.set_cookie("auth_token", token, httponly=True, samesite="Lax")  # expect: session/cookie-flags
    response.set_cookie("refresh-token", token, secure=True, samesite="Lax")  # expect: session/cookie-flags
    response.set_cookie("jwt", token, secure=False, httponly=True, samesite="Lax")  # expect: session/cookie-flags
    response.set_cookie(SESSION_COOKIE, token)  # expect: session/cookie-flags
    response.set_cookie("csrf_token", token, samesite="Lax")  # expect: session/cookie-flags
    return response


def django_login(token):
    response = HttpResponse("ok")
    response.set_cookie("sessionid", token, max_age=3600)  # expect: session/cookie-flags
    return response


def fastapi_login(token, response: Response):
    response.set_cookie("access_token", token, httponly=True)  # expect: session/cookie-flags


SignedCookieSessionFactory(key)  # expect: session/cookie-flags
AuthTktAuthenticationPolicy(key, secure=True)  # expect: session/cookie-flags
app = FastAPI()
app.add_middleware(SessionMiddleware, secret_key=key)  # expect: session/cookie-flags
