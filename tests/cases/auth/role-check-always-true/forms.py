def check(user, role, order):
    if role == "admin" or "manager":  # expect: auth/role-check-always-true
        pass
    if user.role == "admin" or "manager":  # expect: auth/role-check-always-true
        pass
    while order.status == "new" or "open":  # expect: auth/role-check-always-true
        break

    # Nothing to see.
    if role == "admin" or role == "manager":
        pass
    if role in ("admin", "manager"):
        pass
    name = role or "customer"
    label = (role == "admin") or None
    if order.colour == "red" or "green":
        pass
    return name, label


def is_manager(role):
    return role == "admin" or "manager"  # expect: auth/role-check-always-true
