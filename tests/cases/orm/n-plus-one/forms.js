const mongoose = require("mongoose");
const { Order, Author } = require("./models");
const { Sequelize } = require("sequelize");

async function rows() {
  const orders = await Order.findAll();
  for (const order of orders) {
    show(await order.getCustomer()); // expect: orm/n-plus-one
  }
  for (const author of await Author.find()) {
    await author.populate("books"); // expect: orm/n-plus-one
  }
  const people = await Author.query();
  for (const person of people) {
    await person.$relatedQuery("pets"); // expect: orm/n-plus-one
  }
}

// Nothing to see.
async function fine(others) {
  const orders = await Order.findAll({ include: "customer" });
  for (const order of orders) {
    show(order.customer, order.getTotal());
  }
  for (const other of others) {
    await other.getThing();
  }
  const author = await Author.findOne();
  await author.populate("books");
}
