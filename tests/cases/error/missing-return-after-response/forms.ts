import express from "express";
import Fastify from "fastify";

const app = express();

app.get("/a", (req, res) => {
  if (!req.user) {
    res.status(401).json({ error: "who?" }); // expect: error/missing-return-after-response
  }
  res.json(load());
});

app.get("/b", async (req, res, next) => {
  if (!req.user) res.redirect("/login"); // expect: error/missing-return-after-response
  const rows = await load();
  res.json(rows);
});

app.get("/c", async (req, res, next) => {
  if (!req.user) {
    next(new Error("who?")); // expect: error/missing-return-after-response
  }
  res.json(await load());
});

const fastify = Fastify();
fastify.get("/d", async (request, reply) => {
  if (!request.headers.authorization) {
    reply.code(401).send(); // expect: error/missing-return-after-response
  }
  reply.send(await load());
});

app.get("/avatar/:id", async (req, res) => {
  const avatar = await load();
  if (avatar) {
    res.send(avatar); // expect: error/missing-return-after-response
  }

  return res.sendStatus(404);
});
