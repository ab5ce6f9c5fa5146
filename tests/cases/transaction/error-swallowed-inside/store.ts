import { sequelize } from "./database";

export const a = () =>
  sequelize.transaction(async (tx) => {
    try {
      await tx.tag.create({ data: { name: "a" } });
    } catch (error) { // expect: transaction/error-swallowed-inside
      logger.warn({ error });
    }
    await tx.order.create({ data: {} });
  });

export const b = () =>
  sequelize.transaction(async (tx) => {
    try {
      await tx.tag.create({ data: { name: "a" } });
    } catch (error) {
      logger.warn({ error });
      return null;
    }
    return tx.order.create({ data: {} });
  });

export const c = () =>
  sequelize.transaction(async (tx) => {
    try {
      await sendMail();
    } catch (error) {
      logger.warn({ error });
    }
    await tx.order.create({ data: {} });
  });
