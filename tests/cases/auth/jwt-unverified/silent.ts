import express from "express";
import jwt from "jsonwebtoken";
import { jwtDecode } from "jwt-decode";
import simple from "jwt-simple";

const app = express();

app.get("/a", (req, res) => {
  const { kid } = jwt.decode(req.headers.authorization, { complete: true }).header;
  res.json(jwt.verify(req.headers.authorization, keys[kid], { algorithms: ["RS256"] }));
});

export function isExpired(token: string) {
  return jwtDecode(token).exp < Date.now() / 1000;
}

export function claims(token: string, key: string) {
  return simple.decode(token, key);
}

app.get("/b", (req, res) => {
  res.json(codec.decode(req.body));
});
