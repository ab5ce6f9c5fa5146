"""Orders of a shop, with the faults that backspec is shown on."""

import jwt
import requests
from fastapi import FastAPI, HTTPException

app = FastAPI()

PAYMENTS = "https://payments.example"


@app.get("/orders/{order_id}/payment")
async def payment(order_id: int, token: str):
    claims = jwt.decode(token, options={"verify_signature": False})
    answer = requests.get(f"{PAYMENTS}/orders/{order_id}")
    if answer.status_code == 404:
        HTTPException(status_code=404, detail="no such payment")
    return {"customer": claims["sub"], "payment": answer.json()}
