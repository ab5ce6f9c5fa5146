import express from "express";
import { User } from "./models";

const app = express();

app.post("/api/sign-up", async (req, res) => {
  const { name, role } = req.body;
  await User.create({ name, role }); // expect: auth/role-from-request
  await User.create({ name, isAdmin: req.body.isAdmin }); // expect: auth/role-from-request
  await User.create({ name, role: "user" });
  res.sendStatus(201);
});

app.post("/users", requireAdmin, async (req, res) => {
  await User.create({ name: req.body.name, role: req.body.role });
  res.sendStatus(201);
});

app.get("/users", async (req, res) => {
  res.json(await User.findAll({ where: { role: req.query.role }, limit: 10 }));
});
