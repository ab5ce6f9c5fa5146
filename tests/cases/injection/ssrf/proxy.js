const express = require("express");
const axios = require("axios");

const app = express();

app.get("/fetch", async (req, res) => {
  const answer = await axios.get(req.query.url, { timeout: 5000 }); // expect: injection/ssrf
  res.json(answer.data);
});

app.get("/orders/:id", async (req, res) => {
  const id = Number(req.params.id);
  const answer = await axios.get(`https://shop.example/orders/${id}`, { timeout: 5000 });
  res.json(answer.data);
});
