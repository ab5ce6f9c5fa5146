import express from "express";
import session from "express-session";
import Koa from "koa";
import Fastify from "fastify";

const app = express();
app.post("/login", (req, res) => {
  res.cookie("session", token); // expect: session/cookie-flags
  res.cookie("access_token", token, { httpOnly: true, sameSite: "lax" }); // expect: session/cookie-flags
  res.cookie("authToken", token, { httpOnly: false, secure: true, sameSite: "lax" }); // expect: session/cookie-flags
});

app.use(session({ secret: process.env.KEY, cookie: { secure: false } })); // expect: session/cookie-flags, session/default-memory-store
app.use(session({ secret: process.env.KEY, cookie: { secure: true, httpOnly: false } })); // expect: session/cookie-flags, session/default-memory-store

const koa = new Koa();
koa.use(async (ctx) => {
  ctx.cookies.set("jwt", token, { httpOnly: false }); // expect: session/cookie-flags
});

const fastify = Fastify();
fastify.post("/login", async (request, reply) => {
  reply.setCookie("session_token", token, { path: "/" }); // expect: session/cookie-flags
  return reply.send("ok");
});
