const express = require("express");
const User = require("./models/user");

const router = express.Router();

router.post("/", async (req, res) => {
  const user = await User.create(req.body); // expect: validation/mass-assignment
  res.json(user);
});

router.put("/:id", async (req, res) => {
  const { name, email } = req.body;
  await User.findByIdAndUpdate(req.params.id, { name, email });
  await User.findByIdAndUpdate(req.params.id, { ...req.body, owner: 1 }); // expect: validation/mass-assignment
  res.end();
});
