PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.UnsaltedSHA1PasswordHasher",  # expect: auth/fast-password-hash
    "django.contrib.auth.hashers.BCryptPasswordHasher",
]
if DEBUG:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
