import { Router } from "express";
import { Queue } from "bullmq";
import { Order } from "./models";

const router = Router();
const queue = new Queue("mails");

router.post("/orders/:id", async (req, res) => {
  const order = await Order.findByPk(req.params.id);
  await queue.add("a", { order }); // expect: job/rich-argument (warning)
  await queue.add("b", { req }); // expect: job/rich-argument (error)

  // Nothing to see.
  await queue.add("c", { id: order.id, user: req.user.id });
  await queue.add("d", { body: req.body });
  res.sendStatus(202);
});
