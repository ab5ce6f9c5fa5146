import os

from Crypto.Cipher import AES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

FIXED = bytes(16)


def seal(key, text, iv):
    AES.new(key, AES.MODE_CBC, iv=b"0000111122223333")  # expect: crypto/static-iv
    AES.new(key, AES.MODE_CBC, FIXED)  # expect: crypto/static-iv
    Cipher(algorithms.AES(key), modes.CBC(bytes.fromhex("00112233445566778899aabbccddeeff")))  # expect: crypto/static-iv
    Cipher(algorithms.AES(key), modes.CTR("0123456789abcdef".encode()))  # expect: crypto/static-iv

    # Nothing to see.
    AES.new(key, AES.MODE_CBC, iv)
    AES.new(key, AES.MODE_GCM)
    fresh = os.urandom(16)
    AES.new(key, AES.MODE_CBC, fresh)
    Cipher(algorithms.AES(key), modes.CBC(text[:16]))
