import { PrismaClient } from "@prisma/client";
import express from "express";
import Redis from "ioredis";
import { Pool } from "pg";

const app = express();
const pool = new Pool();
let cached: PrismaClient | undefined;

app.get("/a", async (req, res) => {
  const db = new Pool(); // expect: pool/connection-per-request
  const prisma = new PrismaClient(); // expect: pool/connection-per-request
  const redis = new Redis(); // expect: pool/connection-per-request
  res.json(await load(db, prisma, redis));
});

// Nothing to see.
app.get("/b", async (req, res) => {
  res.json(await load(pool));
});
app.get("/c", async (req, res) => {
  if (!cached) {
    cached = new PrismaClient();
  }
  res.json(await load(cached));
});
export function connect() {
  return new Pool();
}
