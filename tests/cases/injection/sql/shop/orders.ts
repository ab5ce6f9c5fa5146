import express, { Request, Response } from "express";
import { Pool } from "pg";
import mysql from "mysql2/promise";
import { QueryTypes } from "sequelize";

import { sequelize } from "./database";

const router = express.Router();
const pool = new Pool();
const connection = mysql.createPool({ host: "db" });
const columns: Record<string, string> = { price: "unit_price", date: "created_at" };

async function byCustomer(name: string) {
  return pool.query("SELECT id FROM orders WHERE customer = '" + name + "'"); // expect: injection/sql
}

router.get("/orders", async (req: Request, res: Response) => {
  const column = columns[String(req.query.sort)] ?? "id";
  const { rows } = await pool.query(`SELECT id FROM orders ORDER BY ${column}`);
  res.json(rows);
});

router.get("/orders/:id", async (req, res) => {
  const { id } = req.params;
  const found = await pool.query(`SELECT id, total FROM orders WHERE id = ${id}`); // expect: injection/sql
  res.json(found.rows[0]);
});

router.get("/orders/number/:id", async (req, res) => {
  const id = Number.parseInt(req.params.id, 10);
  const found = await pool.query(`SELECT id, total FROM orders WHERE id = ${id}`);
  res.json(found.rows[0]);
});

router.post("/orders/search", async (req, res) => {
  const parts: string[] = [];
  const values: string[] = [];
  if (req.body.status) {
    parts.push("status = ?");
    values.push(req.body.status);
  }
  const [rows] = await connection.query("SELECT id FROM orders WHERE " + parts.join(" AND "), values);
  await connection.query({ sql: "SELECT id FROM orders WHERE note = ?", values: [req.body.note] });
  res.json(rows);
});

router.get("/report", async (req, res) => {
  const rows = await sequelize.query(
    `SELECT id FROM orders WHERE note = '${req.query.q}'`, // expect: injection/sql
    { type: QueryTypes.SELECT },
  );
  const safe = await sequelize.query("SELECT id FROM orders WHERE note = :q", {
    replacements: { q: req.query.q },
    type: QueryTypes.SELECT,
  });
  res.json({ rows, safe });
});

export default router;
