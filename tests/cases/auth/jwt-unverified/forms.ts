import express from "express";
import jwt from "jsonwebtoken";
import { decodeJwt } from "jose";
import { jwtDecode } from "jwt-decode";
import simple from "jwt-simple";

const app = express();

app.use((req, res, next) => {
  req.user = jwt.decode(req.headers.authorization); // expect: auth/jwt-unverified
  next();
});

app.get("/a", async (req, res) => {
  res.json(decodeJwt(req.cookies.token)); // expect: auth/jwt-unverified
});

app.get("/b", (req, res) => {
  const { sub } = jwtDecode(req.cookies.token); // expect: auth/jwt-unverified
  res.json(sub);
});

export function claims(token: string, key: string) {
  return simple.decode(token, key, true); // expect: auth/jwt-unverified
}
