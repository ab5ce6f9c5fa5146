import { PrismaClient } from "@prisma/client";
import knexFactory from "knex";

const prisma = new PrismaClient();
const knex = knexFactory({});

export async function load(ids: string[]) {
  for (const id of ids) {
    await prisma.product.findUnique({ where: { id } }); // expect: orm/query-in-loop
  }
  for (let i = 0; i < ids.length; i++) {
    await prisma.product.findFirst({ where: { id: ids[i] } }); // expect: orm/query-in-loop
  }
  ids.forEach(async (id) => { // expect: async/async-void
    await prisma.product.findUnique({ where: { id } }); // expect: orm/query-in-loop
  });
  return Promise.all(ids.map((id) => prisma.product.findUnique({ where: { id } }))); // expect: orm/query-in-loop (info)
}

// Nothing to see.
export async function fine(ids: string[]) {
  await prisma.product.findMany({ where: { id: { in: ids } } });
  for (const kind of ["a", "b"]) {
    await prisma.product.count({ where: { kind } });
  }
  let cursor;
  while (true) {
    const page = await prisma.product.findMany({ take: 100, cursor });
    if (!page.length) break;
    cursor = { id: page[page.length - 1].id };
  }
  for (const id of ids) {
    await notify(id);
  }
}
export async function otherColumns(columns: string[]) {
  for (const column of columns) {
    await prisma.product.findFirst({ where: { kind: 1, [column]: null } });
  }
}
