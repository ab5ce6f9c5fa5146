from Crypto.PublicKey import RSA
from cryptography.hazmat.primitives.asymmetric import dsa, rsa

BITS = 512
RSA.generate(1024)  # expect: crypto/weak-key-size
dsa.generate_private_key(key_size=1024)  # expect: crypto/weak-key-size
rsa.generate_private_key(65537, BITS)  # expect: crypto/weak-key-size

# Nothing to see.
RSA.generate(4096)
rsa.generate_private_key(65537, 2048)
rsa.generate_private_key(65537, bits)
