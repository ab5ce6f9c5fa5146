from .base import *

DEBUG = True
ROOT_URLCONF = "package.urls"
