import express from "express";
import errorhandler from "errorhandler";
import Koa from "koa";

const app = express();
app.use(errorhandler()); // expect: error/debug-mode-on

const koa = new Koa();
koa.env = "development"; // expect: error/debug-mode-on

// Nothing to see.
if (process.env.NODE_ENV !== "production") {
  app.use(errorhandler());
}
koa.env = process.env.NODE_ENV;
