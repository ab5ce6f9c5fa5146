export function check(user: User, role: string) {
  if (role === "admin" || "manager") {} // expect: auth/role-check-always-true
  if (user.role == "admin" || "manager") {} // expect: auth/role-check-always-true

  // Nothing to see.
  if (role === "admin" || role === "manager") {}
  const name = role || "customer";
  const kind = user.role === "admin" ? "a" : "b";
  return { name, kind };
}
