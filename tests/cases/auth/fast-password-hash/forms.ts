import crypto, { createHash } from "crypto";
import CryptoJS from "crypto-js";

export class Users {
  async add(user: User) {
    const hash = createHash("sha512"); // expect: auth/fast-password-hash
    hash.update(user.password);
    user.hash = hash.digest("hex");
  }

  check(email: string, pwd: string) {
    const mac = crypto.createHmac("sha256", this.key).update(pwd).digest("hex"); // expect: auth/fast-password-hash
    return this.find(email, CryptoJS.SHA256(pwd).toString(), mac); // expect: auth/fast-password-hash
  }
}

// Nothing to see.
export const etag = (body: Buffer) => createHash("sha256").update(body).digest("hex");
export const webhook = (body: string, secret: string) =>
  crypto.createHmac("sha256", secret).update(body).digest("hex");
export const key = (password: string) => crypto.scryptSync(password, salt, 32);
export const hint = (passwordHint: string) => createHash("sha256").update(passwordHint).digest("hex");
