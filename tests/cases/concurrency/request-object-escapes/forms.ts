import express from "express";

const app = express();

app.get("/a", (req, res) => {
  res.status(202).json({});
  setImmediate(async () => {
    await work();
    res.send("done"); // expect: concurrency/request-object-escapes
  });
});

app.get("/b", (req, res) => {
  if (!req.body) {
    res.sendStatus(400);
  }
  setTimeout(() => res.send("later"), 10);
});

app.get("/c", (req, res) => {
  res.json({});
  setTimeout(() => work(req.body), 10);
});
