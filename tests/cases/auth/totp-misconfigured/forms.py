import pyotp


def check(user, code, window):
    totp = pyotp.TOTP(user.secret)
    totp.verify(code, valid_window=4)  # expect: auth/totp-misconfigured
    pyotp.TOTP("BASE32SECRET3232").now()  # expect: auth/totp-misconfigured

    # Nothing to see.
    totp.verify(code)
    totp.verify(code, valid_window=1)
    totp.verify(code, valid_window=window)
