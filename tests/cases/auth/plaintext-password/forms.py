def a(request_data):
    user = User.query.filter_by(username=request_data.get("username")).first()
    if user and request_data.get("password") == user.password:  # expect: auth/plaintext-password
        return user


def b(row, password):
    return row["password"] == password  # expect: auth/plaintext-password


def c(session, name, password):
    return session.query(User).filter_by(name=name, password=password).first()  # expect: auth/plaintext-password


# Nothing to see.
def d(form):
    return form.password.data == form.password2.data


def e(user, password):
    return user.password == hash_password(password)


def f(user, new_password):
    return user.password != new_password


def g(credentials, defaults):
    return credentials.password == defaults.password


def h(user, password):
    digest = hashlib.sha256(password)
    return user.password == password


def i(user):
    return user.password == None
