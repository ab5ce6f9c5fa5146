DEBUG = True  # expect: error/debug-mode-on
INSTALLED_APPS = ["django.contrib.auth"]
ROOT_URLCONF = "shop.urls"
