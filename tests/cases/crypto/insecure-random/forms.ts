import { randomBytes } from "crypto";

export function issue(user: User) {
  const otp = Math.floor(100000 + Math.random() * 900000); // expect: auth/otp-weak-code
  user.session = { sessionId: `${Date.now()}${Math.random()}` }; // expect: crypto/insecure-random
  return otp;
}

export const generatePassword = () =>
  Array.from({ length: 12 }, () => chars[Math.floor(Math.random() * chars.length)]).join(""); // expect: crypto/insecure-random

export class Invites {
  createToken() {
    let text = "";
    for (let i = 0; i < 20; i++) text += possible.charAt(Math.floor(Math.random() * possible.length)); // expect: crypto/insecure-random
    return text;
  }
}

// Nothing to see.
const orderNumber = Math.floor(Math.random() * 1e6);
const apiToken = randomBytes(16).toString("hex");
const tokenTtl = 60 + Math.random() * 10;
const id = Math.random().toString(36).slice(2);
export const wait = (token: string) => setTimeout(retry, Math.random() * 1000, token);
