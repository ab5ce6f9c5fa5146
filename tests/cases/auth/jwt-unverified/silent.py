import jwt
import requests
from jose import jwt as jose_jwt


def verified(token, key):
    return jwt.decode(token, key, algorithms=["RS256"])


def only_expiry(token, key):
    return jwt.decode(token, key, algorithms=["RS256"], options={"verify_exp": False})  # expect: auth/jwt-no-expiry


def chosen(token, key, options):
    return jwt.decode(token, key, options=options)


def key_by_issuer(token, keys):
    issuer = jwt.decode(token, options={"verify_signature": False})["iss"]
    return jwt.decode(token, keys[issuer], algorithms=["RS256"])


def own_token_expiry(token):
    return jose_jwt.get_unverified_claims(token)["exp"]


def key_id(token):
    return jwt.get_unverified_header(token)["kid"]


def something_else(decoder, token):
    return decoder.decode(token, verify=False)


def asked_elsewhere(token):
    answer = requests.post(settings.IDENTITY_VERIFY, json={"token": token}, timeout=5)
    if answer.ok:
        return jwt.decode(token, options={"verify_signature": False})["sub"]


def issuer_of(token):
    claims = jwt.decode(token, options={"verify_signature": False})
    return claims["iss"]


def is_ours(token):
    claims = jwt.decode(token, options={"verify_signature": False})
    return claims.get("owner") == "us"
