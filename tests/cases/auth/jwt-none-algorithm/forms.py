import jwt
from jose import jwt as jose_jwt
from authlib.jose import JsonWebToken

NONE = "none"

a = jwt.encode(claims, None, algorithm="none")  # expect: auth/jwt-none-algorithm
b = jwt.encode(claims, "", None)  # expect: auth/jwt-none-algorithm
c = jwt.encode(claims, "", algorithm=NONE)  # expect: auth/jwt-none-algorithm
d = jose_jwt.encode(claims, "", "none")  # expect: auth/jwt-none-algorithm
e = jwt.decode(token, key, algorithms=["HS256", "none"])  # expect: auth/jwt-none-algorithm
f = jwt.decode(token, key, ["None"])  # expect: auth/jwt-none-algorithm
g = JsonWebToken(["RS256", "none"])  # expect: auth/jwt-none-algorithm

# Nothing to see.
jwt.encode(claims, key, algorithm="HS256")
jwt.encode(claims, key)
jwt.encode(claims, key, algorithm=settings.algorithm)
jwt.decode(token, key, algorithms=["RS256"])
jwt.decode(token, key, algorithms=allowed)
codec.encode(claims, algorithm="none")
