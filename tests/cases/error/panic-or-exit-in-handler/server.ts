import express from "express";

const app = express();

app.get("/orders", (req, res) => {
  process.on("SIGTERM", () => process.exit(0));
  if (!ready) process.exit(1); // expect: error/panic-or-exit-in-handler
  res.json([]);
});
process.on("uncaughtException", () => process.exit(1));
app.listen(3000).on("error", () => process.exit(1));
