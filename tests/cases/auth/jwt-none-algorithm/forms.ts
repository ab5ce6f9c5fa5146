import jwt from "jsonwebtoken";
import { UnsecuredJWT, jwtVerify } from "jose";
import { expressjwt } from "express-jwt";

const a = jwt.sign({ sub: 1 }, "", { algorithm: "none" }); // expect: auth/jwt-none-algorithm
const b = jwt.verify(token, key, { algorithms: ["RS256", "none"] }); // expect: auth/jwt-none-algorithm
const c = new UnsecuredJWT({ sub: 1 }).encode(); // expect: auth/jwt-none-algorithm
const d = UnsecuredJWT.decode(token); // expect: auth/jwt-none-algorithm
const e = await jwtVerify(token, key, { algorithms: ["none"] }); // expect: auth/jwt-none-algorithm
const f = expressjwt({ secret: key, algorithms: ["none"] }); // expect: auth/jwt-none-algorithm

// Nothing to see.
jwt.sign({ sub: 1 }, key, { algorithm: "RS256" });
jwt.sign({ sub: 1 }, key, options);
jwt.verify(token, key, { algorithms: ["RS256"] });
style.set({ animation: "none" });
