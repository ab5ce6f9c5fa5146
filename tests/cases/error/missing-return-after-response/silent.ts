import express from "express";

const app = express();

app.get("/a", (req, res) => {
  if (!req.user) {
    return res.status(401).json({ error: "who?" });
  }
  res.json(load());
});
app.get("/b", (req, res) => {
  if (!req.user) {
    res.status(401).json({ error: "who?" });
    return;
  }
  res.json(load());
});
app.get("/c", (req, res) => {
  if (!req.user) {
    res.sendStatus(401);
  } else {
    res.json(load());
  }
});
app.get("/d", (req, res) => {
  if (!req.user) {
    res.sendStatus(401);
  }
});
app.get("/e", (req, res) => {
  if (!req.user) {
    res.status(401).send("who?");
    throw new Error("who?");
  }
  res.json(load());
});
app.get("/f", (req, res) => {
  if (req.query.stream) {
    res.write("first");
  }
  res.end();
});
app.get("/g", (req, res) => {
  if (!req.user) {
    res.status(401);
  }
  res.json(load());
});
app.get("/h", (req, res) => {
  switch (req.query.kind) {
    case "a":
      res.json(1);
      break;
    default:
      res.json(2);
  }
});
app.get("/i", (req, res) => {
  if (req.query.a) {
    res.json(1);
  }
  audit(req);
});
app.get("/j", (req, res) => {
  try {
    if (bad(req)) {
      res.sendStatus(400);
      return;
    }
    res.json(load());
  } catch (error) {
    res.sendStatus(500);
  }
});
