import mysql from "mysql2";
import Redis from "ioredis";

const dbPassword = "tR7#kq92Lm"; // expect: secrets/hardcoded-credential
const githubToken = "ghp_16C7e42F292c6912E7710c838347Ae178B4a"; // expect: secrets/hardcoded-credential
mysql.createConnection({ host: "db", password: "hunter2x" }); // expect: secrets/hardcoded-credential
new Redis({ password: "tR7#kq92Lm" }); // expect: secrets/hardcoded-credential
export const config = { apiKey: "f2c9Qm7Zk1Xw8Ty4Lp0Vb6Na" }; // expect: secrets/hardcoded-credential

class Mailer {
  private password = "tR7#kq92Lm"; // expect: secrets/hardcoded-credential
}

// Nothing to see.
const password = process.env.PASSWORD;
const placeholder = { password: "Enter your password" };
const types = { password: "password", token: "string" };
const apiKeyHeader = "x-api-key-9f2";
const secretName = "prod/shop/db-4f2a";
const input = { type: "password", name: "newPassword1" };
enum Events { TokenExpired = "token-expired-2" }
