import { Pool } from "pg";
import { DataSource } from "typeorm";
import mysql from "mysql2/promise";

const pool = new Pool();
const shop = mysql.createPool({ host: "db" });

export async function a() {
  const client = await pool.connect(); // expect: pool/connection-not-released (error)
  await client.query("SELECT 1");
}

export async function b() {
  const connection = await shop.getConnection(); // expect: pool/connection-not-released (warning)
  await connection.query("SELECT 1");
  connection.release();
}

export async function c() {
  const client = await pool.connect();
  client.release();
  await log();
}

export async function d(options: object) {
  const source = await new DataSource(options).initialize();
  const runner = source.createQueryRunner();
  try {
    await runner.query("SELECT 1");
    await runner.release();
  } finally {
    await source.destroy();
  }
}

export async function e() {
  const client = await pool.connect();
  return { client, done: false };
}

export async function f() {
  const client = await pool.connect();
  try {
    await client.query("SELECT 1");
    client.release();
  } catch (error) {
    client.release(error);
    throw error;
  }
}
