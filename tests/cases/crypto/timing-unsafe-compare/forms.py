import hashlib
import hmac


def webhook(request, key):
    digest = hmac.new(key, request.body, hashlib.sha256).hexdigest()
    if request.headers.get("X-Signature") != digest:  # expect: crypto/timing-unsafe-compare
        raise ValueError


# Nothing to see.
def sign(body, key):
    digest = hmac.new(key, body, hashlib.sha256).hexdigest()
    if digest == None:
        return ""
    return digest


def safe(body, signature, key):
    digest = hmac.new(key, body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(digest, signature)


def same(a, b):
    return a == b
