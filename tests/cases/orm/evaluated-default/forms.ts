import { randomUUID } from "node:crypto";
import mongoose, { Schema } from "mongoose";
import { Column } from "typeorm";

new Schema({
  a: { type: Date, default: Date.now() }, // expect: orm/evaluated-default
  b: { type: Date, default: new Date() }, // expect: orm/evaluated-default
  c: { type: String, default: randomUUID() }, // expect: orm/evaluated-default
  d: { type: Date, default: Date.now },
  e: { type: Date, default: () => new Date() },
  f: { type: String, default: "" },
});

export class Order {
  @Column({ type: "timestamp", default: new Date() }) // expect: orm/evaluated-default
  created: Date;
  @Column({ type: "timestamp", default: () => "now()" })
  changed: Date;
}

const options = { default: Date.now() };
