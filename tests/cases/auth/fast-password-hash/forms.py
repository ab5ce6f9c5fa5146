import hashlib
import hmac

from hashlib import sha512


class Account:
    def set_password(self, password, pepper):
        self.hash = sha512(f"{self.salt}{password}".encode()).hexdigest()  # expect: auth/fast-password-hash
        self.other = hmac.new(pepper, password.encode(), "sha256").hexdigest()  # expect: auth/fast-password-hash

    def old(self, form):
        return hashlib.new("sha256", form["salt"] + form.password).digest()  # expect: auth/fast-password-hash


def fed(raw_password):
    hashed = hashlib.sha1()  # expect: auth/fast-password-hash
    hashed.update(b"pepper")
    hashed.update(raw_password)
    return hashed.hexdigest()


# Nothing to see.
def stretched(password, salt):
    return hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 600_000)


def identity(user):
    return hashlib.sha256(f"{user.email},{user.password_hash}".encode()).hexdigest()


def prehashed(password):
    return bcrypt.hashpw(hashlib.sha256(password.encode()).digest(), bcrypt.gensalt())


def digest_header(username, realm, password):
    return hashlib.md5(f"{username}:{realm}:{password}".encode()).hexdigest()


def body_hash(body):
    return hashlib.sha256(body).hexdigest()


reset_link = hashlib.sha256(password_reset_token).hexdigest()
label = hashlib.sha256("password".encode()).hexdigest()


def form_entries(request):
    hashlib.md5(request.form["password"].encode()).hexdigest()  # expect: auth/fast-password-hash
    hashlib.sha256(request.POST.get("password", "").encode()).hexdigest()  # expect: auth/fast-password-hash
    return hashlib.sha256(request.form["password_hint"].encode()).hexdigest()
