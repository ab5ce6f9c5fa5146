import jwt
from jose import jwt as jose_jwt
from authlib.jose import JsonWebToken

NONE = "none"

a = jwt.encode({"sub": 1}, None, algorithm="none")  # expect: auth/jwt-none-algorithm
b = jwt.encode({"sub": 1}, "", None)  # expect: auth/jwt-none-algorithm
c = jwt.encode({"sub": 1}, "", algorithm=NONE)  # expect: auth/jwt-none-algorithm
d = jose_jwt.encode({"sub": 1}, "", "none")  # expect: auth/jwt-none-algorithm
e = jwt.decode(token, key, algorithms=["HS256", "none"])  # expect: auth/jwt-none-algorithm
f = jwt.decode(token, key, ["None"])  # expect: auth/jwt-none-algorithm
g = JsonWebToken(["RS256", "none"])  # expect: auth/jwt-none-algorithm

# Nothing to see.
jwt.encode({"sub": 1}, key, algorithm="HS256")
jwt.encode({"sub": 1}, key)
jwt.encode({"sub": 1}, key, algorithm=settings.algorithm)
jwt.decode(token, key, algorithms=["RS256"])
jwt.decode(token, key, algorithms=allowed)
codec.encode({"sub": 1}, algorithm="none")
