import express from "express";

const app = express();

app.delete("/a", (req, res) => {
  res.status(204).json({ removed: true }); // expect: api/no-content-with-body
});
app.delete("/b", (req, res) => {
  res.status(204).send("gone"); // expect: api/no-content-with-body
});

// Nothing to see.
app.delete("/c", (req, res) => {
  res.status(204).send();
});
app.delete("/d", (req, res) => {
  res.status(204).json({});
});
app.delete("/e", (req, res) => {
  res.status(200).json({ removed: true });
});
