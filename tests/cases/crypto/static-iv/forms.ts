import crypto from "crypto";

const IV = "0123456789abcdef";

export function seal(key: Buffer, message: Buffer) {
  crypto.createCipheriv("aes-256-cbc", key, IV); // expect: crypto/static-iv
  crypto.createCipheriv("aes-256-cbc", key, Buffer.from("00", "hex")); // expect: crypto/static-iv
  const zero = new Uint8Array(16);
  crypto.createCipheriv("aes-256-cbc", key, zero); // expect: crypto/static-iv

  // Nothing to see.
  const filled = Buffer.alloc(16);
  crypto.randomFillSync(filled);
  crypto.createCipheriv("aes-256-cbc", key, filled);
  crypto.createCipheriv("aes-256-cbc", key, crypto.randomBytes(16));
  crypto.createDecipheriv("aes-256-cbc", key, message.subarray(0, 16));
}
