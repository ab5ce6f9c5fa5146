import crypto, { createHash, createHmac } from "node:crypto";
import md5 from "md5";

const token = crypto.createHash("md5").update(seed).digest("hex"); // expect: crypto/weak-hash
const thing = createHash("sha1").update(data).digest("hex"); // expect: crypto/weak-hash (info)
const other = createHash("MD5").update(data).digest("hex"); // expect: crypto/weak-hash (info)
const signature = createHmac("md5", key).update(data).digest("hex"); // expect: crypto/weak-hash
const hashed = md5(user.password); // expect: auth/fast-password-hash

// Nothing to see.
const etag = createHash("md5").update(body).digest("hex");
function cacheKeyFor(url: string) {
  return createHash("sha1").update(url).digest("hex");
}
const fileChecksum = md5(content);
const good = createHash("sha256").update(data).digest("hex");
const chosen = createHash(algorithm).update(data).digest("hex");
