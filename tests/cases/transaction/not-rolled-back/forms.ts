import { Pool } from "pg";
import { DataSource } from "typeorm";
import mongoose from "mongoose";
import { sequelize } from "./models";

const pool = new Pool();

export async function handle(order: Order) {
  const t = await sequelize.transaction(); // expect: transaction/not-rolled-back
  await order.save({ transaction: t });
  await t.commit();
}

export async function runner(source: DataSource) {
  const queryRunner = source.createQueryRunner(); // expect: pool/connection-not-released
  await queryRunner.startTransaction(); // expect: transaction/not-rolled-back
  await queryRunner.manager.save(order);
  await queryRunner.commitTransaction();
}

export async function session(order: Order) {
  const session = await mongoose.startSession();
  session.startTransaction(); // expect: transaction/not-rolled-back
  await Order.create([order], { session });
  await session.commitTransaction();
}

export async function statements() {
  const client = await pool.connect(); // expect: pool/connection-not-released
  await client.query("BEGIN"); // expect: transaction/not-rolled-back
  await client.query("UPDATE a SET b = 1 WHERE c = 2");
  await client.query("COMMIT");
}

// Nothing to see.
export async function fine(order: Order) {
  const t = await sequelize.transaction();
  try {
    await order.save({ transaction: t });
    await t.commit();
  } catch (error) {
    await t.rollback();
    throw error;
  }
}

export async function begin() {
  const t = await sequelize.transaction();
  return t;
}

export async function ended() {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
  } finally {
    client.release();
  }
}

export async function withSession() {
  const session = await mongoose.startSession();
  session.startTransaction();
  try {
    await session.commitTransaction();
  } finally {
    await session.endSession();
  }
}
