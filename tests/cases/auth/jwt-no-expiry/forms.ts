import { SignJWT } from "jose";
import jwt from "jsonwebtoken";
import { Strategy } from "passport-jwt";

export const accessToken = (id: string) => jwt.sign({ sub: id }, key); // expect: auth/jwt-no-expiry
export const other = (id: string) => jwt.sign({ sub: id }, key, { algorithm: "RS256" }); // expect: auth/jwt-no-expiry
new Strategy({ secretOrKey: key, ignoreExpiration: true }, verify); // expect: auth/jwt-no-expiry

// Nothing to see.
jwt.sign({ sub: 1 }, key, { expiresIn: "15m" });
jwt.sign({ sub: 1, exp: end }, key);
jwt.sign(claims, key);
jwt.sign({ sub: 1 }, key, options);
export const inviteToken = (id: string) => jwt.sign({ invite: id }, key);
new Strategy({ secretOrKey: key, ignoreExpiration: false }, verify);
export const endless = (id: string) => new SignJWT({ sub: id }).setIssuedAt().sign(key); // expect: auth/jwt-no-expiry
export async function ended(id: string) {
  const builder = new SignJWT({ sub: id }).setProtectedHeader({ alg: "HS256" });
  return builder.setExpirationTime("15m").sign(key);
}
