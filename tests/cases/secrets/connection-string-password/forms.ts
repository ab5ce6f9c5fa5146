import mongoose from "mongoose";
import { Pool } from "pg";

const url = "postgresql://shop:kT5wq9x2@db.shop.eu/shop"; // expect: secrets/connection-string-password (error)
mongoose.connect(process.env.DB ?? "mongodb+srv://shop:kT5wq9x2@c0.ab1cd.mongodb.net/shop"); // expect: secrets/connection-string-password (error)
new Pool({ connectionString: "postgres://shop:kT5wq9x2@db.shop.eu/shop" }); // expect: secrets/connection-string-password (error)
const local = "postgres://shop:kT5wq9x2@localhost:5432/shop"; // expect: secrets/connection-string-password (info)
const example = "postgres://user:password@db.shop.eu/shop";
const made = `postgres://${user}:${password}@db.shop.eu/shop`;
const other = "https://shop:kT5wq9x2@db.shop.eu/";
