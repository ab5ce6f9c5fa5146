import { PrismaClient } from "@prisma/client";
import { Queue } from "bullmq";

const prisma = new PrismaClient();
const queue = new Queue("receipts");

export async function pay(id: string) {
  await prisma.$transaction(async (tx) => {
    await queue.add("send", { id }); // expect: transaction/enqueue-before-commit
    await tx.outbox.create({ data: { id } });
  });
  await queue.add("send", { id });
}
