import hashlib

from cryptography.hazmat.primitives import hashes


def sign(payload, secret):
    return hashlib.md5(payload + secret).hexdigest()  # expect: crypto/weak-hash


reset_token = hashlib.sha1(seed).hexdigest()  # expect: crypto/weak-hash
thing = hashlib.md5(data).hexdigest()  # expect: crypto/weak-hash (info)
thing = hashlib.new("MD5", data).hexdigest()  # expect: crypto/weak-hash (info)
digest = hashes.Hash(hashes.MD5())  # expect: crypto/weak-hash (info)
hashed = hashlib.md5(password.encode()).hexdigest()  # expect: auth/fast-password-hash


# Nothing to see.
def etag(body):
    return hashlib.md5(body).hexdigest()


cache_key = hashlib.sha1(url).hexdigest()
avatar = "https://gravatar.com/" + hashlib.md5(email).hexdigest()
file_checksum = hashlib.md5()
shard = int(hashlib.md5(user_id).hexdigest(), 16) % 16
plain = hashlib.md5(data, usedforsecurity=False)
hashlib.sha256(data)
hashlib.new("sha256", data)
hashlib.new(algorithm, data)
md5(data)


def digest_header(username, realm, password):
    return hashlib.md5(f"{username}:{realm}:{password}".encode()).hexdigest()


code = TOTP(secret, 6, hashes.SHA1(), 30)
headers = {
    "ETag": hashlib.md5(body).hexdigest(),
}
