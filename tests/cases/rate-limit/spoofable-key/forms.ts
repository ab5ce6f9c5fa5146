import express from "express";
import Fastify from "fastify";
import Koa from "koa";
import rateLimit from "express-rate-limit";

const app = express();
app.enable("trust proxy"); // expect: rate-limit/spoofable-key
const fastify = Fastify({ trustProxy: true }); // expect: rate-limit/spoofable-key
const koa = new Koa();
koa.proxy = true; // expect: rate-limit/spoofable-key
app.use(
  rateLimit({
    keyGenerator({ headers, ip }) { // expect: rate-limit/spoofable-key
      return headers["x-forwarded-for"] ?? ip;
    },
  }),
);

// Nothing to see.
app.set("trust proxy", 1);
app.set("trust proxy", "loopback");
app.set("view cache", true);
const other = Fastify({ trustProxy: "10.0.0.1" });
const limit = rateLimit({ keyGenerator: (req) => req.ip });
if (config.trustProxy) {
  app.enable("trust proxy");
}
