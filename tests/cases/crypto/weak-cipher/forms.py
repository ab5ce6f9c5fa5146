from Crypto.Cipher import AES, ARC4, DES3, Blowfish
from Cryptodome.Cipher import AES as AES2
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

ARC4.new(key)  # expect: crypto/weak-cipher
DES3.new(key, DES3.MODE_CFB)  # expect: crypto/weak-cipher
Blowfish.new(key, Blowfish.MODE_CBC, iv)  # expect: crypto/weak-cipher
AES2.new(key, mode=AES2.MODE_ECB)  # expect: crypto/weak-cipher
Cipher(TripleDES(key), modes.CBC(iv))  # expect: crypto/weak-cipher
mode = modes.ECB()
Cipher(algorithms.AES(key), mode)  # expect-todo: crypto/weak-cipher

# Nothing to see.
AES.new(key, AES.MODE_GCM)
Cipher(algorithms.AES(key), modes.CTR(nonce))
Cipher(algorithms.ChaCha20(key, nonce), mode=None)
