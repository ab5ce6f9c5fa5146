import random
import secrets
import time
from random import choice, randint


def make_password(length):
    letters = []
    for _ in range(length):
        letters.append(random.choice(ALPHABET))  # expect: crypto/insecure-random
    return "".join(letters)


class ResetTokenGenerator:
    def create(self):
        return "%032x" % random.getrandbits(128)  # expect: crypto/insecure-random


def invite(user):
    number = randint(100000, 999999)  # expect: auth/otp-weak-code
    user.verification_code = str(number)
    user.save()


def login(response):
    value = random.random()  # expect: crypto/insecure-random
    response.session["session_key"] = str(value)
    config = {"csrf_token": choice(ALPHABET)}  # expect: crypto/insecure-random
    return config


salt = random.Random().randbytes(16)  # expect: crypto/insecure-random


# Nothing to see.
token = secrets.token_hex(16)
token_length = random.randint(10, 20)  # expect: crypto/insecure-random (info)
color = random.choice(["red", "green"])
country_code = random.choice(COUNTRIES)
server = random.choice(servers)


def next_page(page_token, tokens):
    time.sleep(random.uniform(0, 1))
    return random.choice(tokens)


def retry_login(password):
    delay = 2 + random.random()
    return delay


reset_code = random.SystemRandom().randint(100000, 999999)
