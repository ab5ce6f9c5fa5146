import jwt


def test_unsigned_token_is_rejected(client):
    token = jwt.encode({"sub": 1}, None, algorithm="none")
    assert client.get("/me", headers={"x-token": token}).status_code == 401
