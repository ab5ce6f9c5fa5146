import express from "express";
import Redis from "ioredis";
import { createClient } from "redis";

const redis = new Redis();
const client = createClient();
const app = express();

export const all = () => redis.keys("cart:*"); // expect: nosql/redis-blocking-command
export const others = () => client.keys("cart:*"); // expect: nosql/redis-blocking-command
export const mine = (cart: object) => Object.keys(cart);

app.post("/reset", async (req, res) => {
  await redis.flushall(); // expect: nosql/redis-blocking-command
  res.sendStatus(204);
});
