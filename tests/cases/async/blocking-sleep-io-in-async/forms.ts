import bcrypt from "bcrypt";
import { execSync } from "node:child_process";
import crypto from "node:crypto";
import express from "express";
import fs from "node:fs";
import zlib from "node:zlib";

const template = fs.readFileSync("template.html", "utf8");
const app = express();

app.get("/a", (req, res) => {
  const text = fs.readFileSync("a.txt", "utf8"); // expect: async/blocking-sleep-io-in-async
  execSync("convert a.png b.png"); // expect: async/blocking-sleep-io-in-async
  zlib.gzipSync(text); // expect: async/blocking-sleep-io-in-async
  crypto.scryptSync(req.body.password, salt, 64, { N: 131072 }); // expect: async/blocking-sleep-io-in-async
  res.send(template);
});

export async function check(password: string, hash: string) {
  return bcrypt.compareSync(password, hash); // expect: async/blocking-sleep-io-in-async
}

// Nothing to see.
export function sync() {
  return fs.readFileSync("a.txt");
}
export async function good(password: string, hash: string) {
  await fs.promises.readFile("a.txt");
  return bcrypt.compare(password, hash);
}
