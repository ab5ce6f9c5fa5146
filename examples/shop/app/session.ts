import axios from "axios";
import express from "express";
import session from "express-session";

const app = express();
app.use(session({ secret: "keyboard cat", resave: false, saveUninitialized: false }));

app.get("/rates/:currency", async (req, res) => {
  const answer = await axios.get("https://rates.example/" + req.params.currency);
  res.json(answer.data);
});
