import os

DEBUG = True
ROOT_URLCONF = "switched.urls"
if os.environ.get("PRODUCTION"):
    DEBUG = False
