import { PrismaClient } from "@prisma/client";
import knexFactory from "knex";

const prisma = new PrismaClient();
const knex = knexFactory({});

export async function pay(id: string) {
  await prisma.$transaction(async (tx) => {
    await tx.order.update({ where: { id }, data: {} });
    await prisma.order.update({ where: { id }, data: {} }); // expect: transaction/client-outside-scope
    await prisma.order.findUnique({ where: { id } }); // expect: transaction/client-outside-scope
    await audit(tx, id);
  });
  await prisma.order.update({ where: { id }, data: {} });
  await prisma.$transaction([prisma.order.update({ where: { id }, data: {} })]);
}
