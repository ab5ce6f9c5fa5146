import express from "express";
import winston from "winston";

const router = express.Router();

router.post("/login", async (req, res) => {
  winston.debug("login", req.body); // expect: logging/sensitive-data
  winston.debug("login", { name: req.body.name });
  const { password } = req.body;
  winston.info("login", { password }); // expect: logging/sensitive-data
  res.end();
});

router.post("/orders", async (req, res) => {
  winston.debug("order", req.body);
  res.end();
});
