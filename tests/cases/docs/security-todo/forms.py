# expect: docs/security-todo
API = "/orders"  # TODO: add authentication before release


def load(request):
    # expect: docs/security-todo
    # FIXME: sanitize the input
    value = request.GET["q"]
    # expect: docs/security-todo
    return value  # for now we skip the permission check


# Nothing to see.
# Validates the input and encrypts the password.
TODO = "TODO: add authentication"
# TODO: rename the permissions module
# TODO(me): nicer colors
