import express from "express";

const app = express();
let currentUser: User | null = null;
let tenant = "";
let users = [];

app.use((req, res, next) => {
  currentUser = req.user; // expect: concurrency/shared-mutable-state
  tenant = req.headers["x-tenant"]; // expect: concurrency/shared-mutable-state
  let locale = req.headers["accept-language"];
  locale = req.query.locale;
  next();
});

app.get("/reload", async (req, res) => {
  users = await load();
  res.sendStatus(204);
});
