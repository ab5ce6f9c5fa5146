import express from "express";
import Fastify from "fastify";

const app = express();

app.post("/a", async (req, res) => {
  try {
    res.json(await store(req.body));
  } catch (error) {
    res.json({ error: error.message }); // expect: error/catch-returns-success
  }
});
app.post("/b", async (req, res) => {
  try {
    res.json(await store(req.body));
  } catch (error) {
    res.status(200).json({ success: false }); // expect: error/catch-returns-success
  }
});
const fastify = Fastify();
fastify.post("/c", async (request, reply) => {
  try {
    return await store(request.body);
  } catch (error) {
    reply.send({ error: "no" }); // expect: error/catch-returns-success
  }
});

// Nothing to see.
app.post("/d", async (req, res) => {
  try {
    res.json(await store(req.body));
  } catch (error) {
    res.status(500).json({ error: error.message });
  }
});
app.post("/e", async (req, res) => {
  try {
    res.json(await store(req.body));
  } catch (error) {
    res.status(400);
    res.json({ error: error.message });
  }
});
app.post("/f", async (req, res) => {
  try {
    res.json(await store(req.body));
  } catch (error) {
    res.json({ items: [] });
  }
});
app.post("/g", async function webhook(req, res) {
  try {
    res.json(await store(req.body));
  } catch (error) {
    res.json({ error: "no" });
  }
});
