import random
import secrets


def send(user):
    user.sms_code = "".join(random.choices("0123456789", k=6))  # expect: auth/otp-weak-code
    mfa_code = secrets.randbelow(9999)  # expect: auth/otp-weak-code
    pin_code = random.randrange(1000, 10000)  # expect: auth/otp-weak-code

    # Nothing to see.
    otp = secrets.randbelow(1_000_000)
    country_code = random.choice(["de", "fr"])
    zip_code = random.randint(10000, 99999)  # expect: crypto/insecure-random (info)
    return mfa_code, pin_code, otp, country_code, zip_code
