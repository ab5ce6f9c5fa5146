import hashlib

import bcrypt
from argon2 import PasswordHasher
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from passlib.context import CryptContext
from passlib.hash import argon2, bcrypt as passlib_bcrypt, pbkdf2_sha256

ROUNDS = 6

bcrypt.gensalt(4)  # expect: auth/weak-password-hash-cost
bcrypt.gensalt(rounds=ROUNDS)  # expect: auth/weak-password-hash-cost
passlib_bcrypt.using(rounds=8).hash(password)  # expect: auth/weak-password-hash-cost
CryptContext(schemes=["bcrypt"], bcrypt__rounds=4)  # expect: auth/weak-password-hash-cost
PasswordHasher(time_cost=1, memory_cost=8192)  # expect: auth/weak-password-hash-cost
PasswordHasher(memory_cost=4096)  # expect: auth/weak-password-hash-cost
argon2.using(rounds=1, memory_cost=1024).hash(password)  # expect: auth/weak-password-hash-cost
hashlib.pbkdf2_hmac("sha256", password, salt, 100_000)  # expect: auth/weak-password-hash-cost
hashlib.pbkdf2_hmac("sha512", password.encode(), salt, iterations=50_000)  # expect: auth/weak-password-hash-cost
hashlib.pbkdf2_hmac("sha256", seed, salt, 100_000)  # expect: auth/weak-password-hash-cost (info)
hashlib.scrypt(password, salt=salt, n=2**12, r=8, p=1)  # expect: auth/weak-password-hash-cost
pbkdf2_sha256.using(rounds=20_000).hash(password)  # expect: auth/weak-password-hash-cost


def password_key(password, salt):
    kdf = PBKDF2HMAC(algorithm=hashes.SHA256(), length=32, salt=salt, iterations=100_000)  # expect: auth/weak-password-hash-cost
    return kdf.derive(password)


# Nothing to see.
bcrypt.gensalt()
bcrypt.gensalt(rounds=12)
bcrypt.gensalt(rounds=settings.rounds)
bcrypt.gensalt(rounds=10)
PasswordHasher()
PasswordHasher(time_cost=2, memory_cost=19456)
PasswordHasher(time_cost=3, memory_cost=12288)
PasswordHasher(time_cost=5, memory_cost=7168)
PasswordHasher(time_cost=settings.passes, memory_cost=1024)
hashlib.pbkdf2_hmac("sha256", password, salt, 600_000)
hashlib.pbkdf2_hmac("sha512", password, salt, 210_000)
hashlib.pbkdf2_hmac("sha256", password, salt, rounds)
hashlib.scrypt(password, salt=salt, n=2**17, r=8, p=1)
