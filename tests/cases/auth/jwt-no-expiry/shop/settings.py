from datetime import timedelta

JWT_ACCESS_TOKEN_EXPIRES = False  # expect: auth/jwt-no-expiry
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(days=30),  # expect: auth/jwt-no-expiry
    "REFRESH_TOKEN_LIFETIME": timedelta(days=30),
}
OTHER_JWT = {"ACCESS_TOKEN_LIFETIME": timedelta(minutes=15)}
