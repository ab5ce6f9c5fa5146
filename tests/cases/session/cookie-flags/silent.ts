import express from "express";
import session from "express-session";
import Koa from "koa";

const app = express();
const production = process.env.NODE_ENV === "production";
app.post("/login", (req, res) => {
  res.cookie("session", token, { httpOnly: true, secure: true, sameSite: "lax" });
  res.cookie("session", token, { httpOnly: true, secure: production, sameSite: "lax" });
  res.cookie("session", token, options);
  res.cookie("session", token, { ...options, path: "/" });
  res.cookie("session", "", { maxAge: 0 });
  res.cookie("theme", "dark");
  res.cookie("XSRF-TOKEN", token, { secure: true, sameSite: "lax" });
  res.clearCookie("session");
});
app.use(session({ store, secret: process.env.KEY, cookie: { secure: production } }));

const koa = new Koa();
koa.use(async (ctx) => {
  ctx.cookies.set("jwt", token); // expect: session/cookie-flags (info)
});
