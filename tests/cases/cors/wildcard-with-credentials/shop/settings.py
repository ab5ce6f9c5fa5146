CORS_ALLOW_ALL_ORIGINS = True  # expect: cors/wildcard-with-credentials
CORS_ALLOW_CREDENTIALS = True
