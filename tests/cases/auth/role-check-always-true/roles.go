package roles

func may(user User) bool {
	if user.Role != "admin" || user.Role != "owner" { // expect: auth/role-check-always-true
		return false
	}
	if user.IsAdmin || true { // expect: auth/role-check-always-true
		return true
	}
	if user.Role != "admin" && user.Role != "owner" {
		return false
	}
	if user.Role != "admin" || user.Name != "root" {
		return false
	}
	if user.Kind != "a" || user.Kind != "b" {
		return false
	}
	return user.Role == RoleAdmin || user.Role == RoleOwner
}
