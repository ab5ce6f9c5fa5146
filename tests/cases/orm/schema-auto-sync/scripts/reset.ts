import { Sequelize } from "sequelize";

await new Sequelize(process.env.DATABASE_URL!).sync({ force: true });
