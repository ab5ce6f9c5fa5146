import { Sequelize } from "sequelize";
import { DataSource, DataSourceOptions } from "typeorm";
import { TypeOrmModule } from "@nestjs/typeorm";

new DataSource({ type: "postgres", url, synchronize: true }); // expect: orm/schema-auto-sync
new DataSource({ type: "postgres", url, dropSchema: true }); // expect: orm/schema-auto-sync
TypeOrmModule.forRoot({ type: "mysql", entities, synchronize: true }); // expect: orm/schema-auto-sync
export const options: DataSourceOptions = {
  type: "postgres",
  synchronize: true, // expect: orm/schema-auto-sync
};

const sequelize = new Sequelize(url);
sequelize.sync({ force: true }); // expect: orm/schema-auto-sync
sequelize.sync({ alter: true }); // expect: orm/schema-auto-sync
sequelize.sync(); // expect: orm/schema-auto-sync (info)

// Nothing to see.
new DataSource({ type: "sqlite", database: ":memory:", synchronize: true });
new DataSource({ type: "postgres", url, synchronize: false });
new DataSource({ type: "postgres", url, synchronize: process.env.NODE_ENV === "development" });
editor.set({ synchronize: true });
if (process.env.NODE_ENV === "development") {
  sequelize.sync({ alter: true });
}
