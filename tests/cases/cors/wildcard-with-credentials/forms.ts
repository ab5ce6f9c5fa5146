import cors from "cors";
import koaCors from "@koa/cors";
import fastifyCors from "@fastify/cors";
import Fastify from "fastify";
import { NestFactory } from "@nestjs/core";

cors({ origin: true, credentials: true }); // expect: cors/wildcard-with-credentials
cors({ origin: "*", credentials: true }); // expect: cors/wildcard-with-credentials
cors({ origin: /.*/, credentials: true }); // expect: cors/wildcard-with-credentials
koaCors({ origin: "*", credentials: true }); // expect: cors/wildcard-with-credentials

const fastify = Fastify();
fastify.register(fastifyCors, { origin: true, credentials: true }); // expect: cors/wildcard-with-credentials

async function start() {
  const app = await NestFactory.create(AppModule);
  app.enableCors({ origin: true, credentials: true }); // expect: cors/wildcard-with-credentials
}

// Nothing to see.
cors(); // expect: cors/wildcard-origin
cors({ origin: true });
cors({ origin: "https://shop.example", credentials: true });
cors({ origin: allowed, credentials: true });
cors({ origin: /\.shop\.example$/, credentials: true });
if (process.env.NODE_ENV !== "production") {
  cors({ origin: true, credentials: true });
}
