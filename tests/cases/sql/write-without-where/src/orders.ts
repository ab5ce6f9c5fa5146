import { PrismaClient } from "@prisma/client";
import { Order } from "./models";

const prisma = new PrismaClient();

export async function change(where: object, day: Date) {
  await prisma.order.deleteMany(); // expect: sql/write-without-where
  await prisma.order.updateMany({ data: { state: "closed" } }); // expect: sql/write-without-where
  await prisma.order.deleteMany({ where });
  await prisma.order.updateMany({ where: { day }, data: { state: "closed" } });
  await prisma.session.deleteMany({});
  await Order.destroy({ where: {} }); // expect: sql/write-without-where
  await Order.destroy({ where: { day } });
  await Order.deleteMany({}); // expect: sql/write-without-where
  await Order.deleteMany({ day });
}
