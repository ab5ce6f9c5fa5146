import session from "express-session";
import cookieSession from "cookie-session";
import cookieParser from "cookie-parser";
import Koa from "koa";
import Fastify from "fastify";
import fastifyJwt from "@fastify/jwt";
import jwt from "jsonwebtoken";
import { JwtModule } from "@nestjs/jwt";

const secret = "a-key-in-the-source";

session({ secret: "keyboard cat" }); // expect: secrets/hardcoded-signing-key, session/default-memory-store
session({ secret: ["keyboard cat", process.env.OLD] }); // expect: secrets/hardcoded-signing-key, session/default-memory-store
session({ secret }); // expect: secrets/hardcoded-signing-key, session/default-memory-store
cookieSession({ keys: ["one", "two"] }); // expect: secrets/hardcoded-signing-key
cookieParser("a-key-in-the-source"); // expect: secrets/hardcoded-signing-key
JwtModule.register({ secret: "a-key-in-the-source" }); // expect: secrets/hardcoded-signing-key
jwt.sign(claims, "a-key-in-the-source"); // expect: secrets/hardcoded-signing-key
jwt.sign(claims, Buffer.from("a-key-in-the-source")); // expect: secrets/hardcoded-signing-key

const koa = new Koa();
koa.keys = ["a-key-in-the-source"]; // expect: secrets/hardcoded-signing-key

const fastify = Fastify();
fastify.register(fastifyJwt, { secret: "a-key-in-the-source" }); // expect: secrets/hardcoded-signing-key

// Nothing to see.
session({ store, secret: process.env.SESSION_SECRET });
session({ store, secret: config.secret });
cookieSession({ keys: [process.env.KEY] });
cookieParser();
cookieParser(config.key);
jwt.sign(claims, process.env.JWT_SECRET);
jwt.verify(token, publicKey);
koa.keys = config.keys;
