import bcrypt from "bcryptjs";
import argon2 from "argon2";
import crypto from "node:crypto";

const saltRounds = 5;

bcrypt.hash(password, 8); // expect: auth/weak-password-hash-cost
bcrypt.genSalt(saltRounds); // expect: auth/weak-password-hash-cost
argon2.hash(password, { memoryCost: 1024, timeCost: 2 }); // expect: auth/weak-password-hash-cost
crypto.pbkdf2(password, salt, 100_000, 64, "sha512", done); // expect: auth/weak-password-hash-cost
crypto.pbkdf2(user.password, salt, 1000, 64, "sha256", done); // expect: auth/weak-password-hash-cost
crypto.pbkdf2(seed, salt, 1000, 64, "sha256", done); // expect: auth/weak-password-hash-cost (info)

// Nothing to see.
bcrypt.hash(password, 10);
bcrypt.hash(password, salt);
bcrypt.hash(password, Number(process.env.ROUNDS));
argon2.hash(password);
argon2.hash(password, { memoryCost: 19456, timeCost: 2 });
crypto.pbkdf2(password, salt, 210_000, 64, "sha512", done);
