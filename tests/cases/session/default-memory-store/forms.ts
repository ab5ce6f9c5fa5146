import express from "express";
import session from "express-session";

const app = express();
app.use(session({ secret: process.env.SECRET, cookie: { secure: true } })); // expect: session/default-memory-store
app.use(session(options));
app.use(session({ ...options, secret: process.env.SECRET }));
if (process.env.NODE_ENV !== "production") {
  app.use(session({ secret: process.env.SECRET }));
}
