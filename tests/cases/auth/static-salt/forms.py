import hashlib

import bcrypt

SALT = b"shop"


def store(password, user, secret):
    hashlib.pbkdf2_hmac("sha256", password.encode(), SALT, 600_000)  # expect: auth/static-salt
    hashlib.scrypt(password, salt=b"x" * 16, n=2**17, r=8, p=1)  # expect: auth/static-salt

    # Nothing to see.
    hashlib.pbkdf2_hmac("sha256", password.encode(), user.salt, 600_000)
    hashlib.pbkdf2_hmac("sha256", secret, SALT, 600_000)
    bcrypt.hashpw(password, bcrypt.gensalt())


def encrypt(password, text):
    return Fernet(hashlib.pbkdf2_hmac("sha256", password, SALT, 600_000)).encrypt(text)
