import uvicorn
from flask import request
from flask_limiter import Limiter

by_header = Limiter(key_func=lambda: request.headers["X-Forwarded-For"])  # expect: rate-limit/spoofable-key
uvicorn.run("shop:app", forwarded_allow_ips="*")  # expect: rate-limit/spoofable-key

# Nothing to see.
by_user = Limiter(key_func=lambda: request.user.id)
uvicorn.run("shop:app", forwarded_allow_ips="10.0.0.1")
sorted(rows, key=lambda row: row.id)
