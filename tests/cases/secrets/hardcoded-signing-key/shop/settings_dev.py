SECRET_KEY = "django-insecure-1x7!k0s3w"
ROOT_URLCONF = "shop.urls"
