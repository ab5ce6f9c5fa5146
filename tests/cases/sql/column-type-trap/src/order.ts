import { DataTypes, Model } from "sequelize";
import { sequelize } from "./db";

export class Order extends Model {}
Order.init(
  {
    unitPrice: DataTypes.FLOAT, // expect: sql/column-type-trap
    taxRate: DataTypes.FLOAT,
    total_amount: { type: DataTypes.DOUBLE, allowNull: false }, // expect: sql/column-type-trap
    balance: { type: DataTypes.DECIMAL(12, 2) },
  },
  { sequelize },
);
