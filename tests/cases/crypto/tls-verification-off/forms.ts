import https from "node:https";
import tls from "node:tls";
import { Pool } from "pg";
import nodemailer from "nodemailer";
import request from "request";

new https.Agent({ rejectUnauthorized: false }); // expect: crypto/tls-verification-off
tls.connect({ host, port: 443, rejectUnauthorized: false }); // expect: crypto/tls-verification-off
new Pool({ ssl: { rejectUnauthorized: false } }); // expect: crypto/tls-verification-off
nodemailer.createTransport({ host, tls: { rejectUnauthorized: false } }); // expect: crypto/tls-verification-off
request({ url, timeout: 5000, strictSSL: false }); // expect: crypto/tls-verification-off
process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0"; // expect: crypto/tls-verification-off
process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = 0; // expect: crypto/tls-verification-off

if (process.env.NODE_ENV === "development") {
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0"; // expect: crypto/tls-verification-off (info)
}

// Nothing to see.
new https.Agent({ rejectUnauthorized: true });
new https.Agent({ rejectUnauthorized: process.env.NODE_ENV === "production" });
new Pool({ ssl: true });
process.env.NODE_TLS_REJECT_UNAUTHORIZED = "1";
https.createServer({ key, cert, requestCert: true, rejectUnauthorized: false });

const options = params.get("rejectUnauthorized") === "false" ? { rejectUnauthorized: false } : {};
const tlsOptions = config.insecure ? { rejectUnauthorized: false } : undefined;
const redis = url.startsWith("rediss://") ? { rejectUnauthorized: false } : undefined; // expect: crypto/tls-verification-off
export function sslFor(mode: string) {
  switch (mode) {
    case "accept_invalid_certs":
      return { rejectUnauthorized: false };
    case "require":
      return { rejectUnauthorized: false }; // expect: crypto/tls-verification-off
    default:
      return { rejectUnauthorized: true };
  }
}
