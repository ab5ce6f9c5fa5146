DEBUG = True
ROOT_URLCONF = "layered.urls"

try:
    from .local_settings import *
except ImportError:
    pass
