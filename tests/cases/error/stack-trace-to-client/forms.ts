import express from "express";

const app = express();

app.get("/a", async (req, res) => {
  try {
    res.json(await load());
  } catch (error) {
    res.status(500).send(error); // expect: error/stack-trace-to-client (warning)
  }
});

app.get("/b", (req, res) => {
  load((err, rows) => {
    if (err) return res.status(500).json(err); // expect: error/stack-trace-to-client (warning)
    res.json(rows);
  });
});

app.use((err, req, res, next) => {
  res.status(500).send(`<pre>${err.stack}</pre>`); // expect: error/stack-trace-to-client (error)
});

// Nothing to see.
app.get("/c", async (req, res) => {
  try {
    res.json(await load());
  } catch (error) {
    res.status(500).json({ message: "failed" });
  }
});

app.use((err, req, res, next) => {
  res.status(500).json({ stack: isDev ? err.stack : null });
});
