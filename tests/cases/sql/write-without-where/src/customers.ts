import mysql from "mysql2/promise";

const pool = mysql.createPool({ host: "db" });

export async function change(names: string[], table: string) {
  // expect: sql/write-without-where
  await pool.query("DELETE FROM customers");
  await pool.query(`UPDATE customers SET name = ${names[0]}`); // expect: sql/write-without-where
  await pool.query(`UPDATE customers SET name = ? WHERE id = ?`, names);
  await pool.query("DELETE FROM sessions");
  await pool.query(`DELETE FROM ${table}`);
  await pool.query("UPDATE orders o JOIN customers c ON c.id = o.customer_id SET o.name = c.name");
  await pool.query("DELETE FROM customers LIMIT 100");
}

export async function clearAll() {
  await pool.query("DELETE FROM customers");
}
