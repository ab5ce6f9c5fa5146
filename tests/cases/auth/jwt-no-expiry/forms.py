import jwt


def access_token(user, key):
    return jwt.encode({"sub": user.id}, key, algorithm="HS256")  # expect: auth/jwt-no-expiry


def token_from_claims(user, key):
    claims = {"sub": user.id, "role": user.role}
    return jwt.encode(claims, key, algorithm="HS256")  # expect: auth/jwt-no-expiry


def decoded(token, key):
    return jwt.decode(token, key, algorithms=["HS256"], options={"verify_exp": False})  # expect: auth/jwt-no-expiry


# Nothing to see.
def with_expiry(user, key, end):
    return jwt.encode({"sub": user.id, "exp": end}, key, algorithm="HS256")


def added_later(user, key, end):
    claims = {"sub": user.id}
    claims["exp"] = end
    return jwt.encode(claims, key, algorithm="HS256")


def given(claims, key):
    return jwt.encode(claims, key, algorithm="HS256")


def open_claims(user, key, more):
    return jwt.encode({"sub": user.id, **more}, key, algorithm="HS256")


def state_token(session, key):
    return jwt.encode({"sid": session.id}, key, algorithm="HS256")
