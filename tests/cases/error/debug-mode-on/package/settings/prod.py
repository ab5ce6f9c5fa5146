from .base import *

DEBUG = True  # expect: error/debug-mode-on
