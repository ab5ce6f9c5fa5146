import express from "express";
import Koa from "koa";

const app = express();
app.use((err, req, res) => { // expect: error/error-middleware-misuse
  res.sendStatus(500);
});
app.use(function (error, req, res) { // expect: error/error-middleware-misuse
  res.sendStatus(500);
});
app.use((err, req, res, next) => {
  res.sendStatus(500);
});
app.use((req, res, next) => {
  next();
});

const koa = new Koa();
koa.use(async (ctx, next) => {
  next(); // expect: error/error-middleware-misuse
});
koa.use(async (ctx, next) => {
  await next();
});
koa.use((ctx, next) => next());
koa.use((ctx, next) => {
  return next();
});
koa.use(async (ctx) => {
  ctx.body = "hello";
});
