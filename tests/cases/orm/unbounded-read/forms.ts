import { Router } from "express";
import { PrismaClient } from "@prisma/client";
import { Order } from "./models";
import mongoose from "mongoose";

const router = Router();
const prisma = new PrismaClient();
const User = mongoose.model("User", schema);

router.get("/a", async (req, res) => {
  res.json(await Order.findAll()); // expect: orm/unbounded-read
});
router.get("/b", async (req, res) => {
  const users = await User.find({}).sort("-date"); // expect: orm/unbounded-read
  res.json(users);
});
router.get("/c", async (req, res) => {
  res.json(await prisma.order.findMany({ include: { lines: true } })); // expect: orm/unbounded-read
});

// Nothing to see.
router.get("/d", async (req, res) => {
  res.json(await Order.findAll({ where: { owner: req.user.id } }));
});
router.get("/e", async (req, res) => {
  res.json(await User.find({}).skip(0).limit(10));
});
router.get("/f", async (req, res) => {
  res.json(await prisma.order.findMany(query));
});
router.get("/g", async (req, res) => {
  const roles = await prisma.role.findMany();
  res.json(roles);
});
export const load = () => prisma.order.findMany();
