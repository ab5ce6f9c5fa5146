import * as crypto from "crypto";
import CryptoJS from "crypto-js";

const ALGORITHM = "des-cbc";
crypto.createCipheriv(ALGORITHM, key, iv); // expect: crypto/weak-cipher
crypto.createCipheriv("rc4", key, ""); // expect: crypto/weak-cipher
crypto.createCipheriv("aes-256-ecb", key, null); // expect: crypto/weak-cipher
crypto.createCipher("aes192", "password"); // expect: crypto/weak-cipher
CryptoJS.TripleDES.encrypt(text, key); // expect: crypto/weak-cipher
CryptoJS.AES.encrypt(text, key, { mode: CryptoJS.mode.ECB }); // expect: crypto/weak-cipher

// Nothing to see.
crypto.createCipheriv("aes-256-gcm", key, iv);
crypto.createCipheriv("chacha20-poly1305", key, iv, { authTagLength: 16 });
crypto.createDecipheriv("des-ede3-cbc", key, iv);
CryptoJS.AES.encrypt(text, key);
