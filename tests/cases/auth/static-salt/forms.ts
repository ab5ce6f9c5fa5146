import crypto from "crypto";

export function store(user: User, password: string) {
  crypto.pbkdf2Sync(password, "salt", 600_000, 32, "sha256"); // expect: auth/static-salt
  crypto.pbkdf2Sync(password, user.salt, 600_000, 32, "sha256");
  crypto.scryptSync(process.env.SECRET, "salt", 32);
}
