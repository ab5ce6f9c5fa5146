SECRET_KEY = "django-insecure-1x7!k0s3w"  # expect: secrets/hardcoded-signing-key
ROOT_URLCONF = "shop.urls"
