DEBUG = True
ROOT_URLCONF = "package.urls"
