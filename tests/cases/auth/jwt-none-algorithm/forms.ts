import jwt from "jsonwebtoken";
import { UnsecuredJWT, jwtVerify } from "jose";
import { expressjwt } from "express-jwt";

const a = jwt.sign(claims, "", { algorithm: "none" }); // expect: auth/jwt-none-algorithm
const b = jwt.verify(token, key, { algorithms: ["RS256", "none"] }); // expect: auth/jwt-none-algorithm
const c = new UnsecuredJWT(claims).encode(); // expect: auth/jwt-none-algorithm
const d = UnsecuredJWT.decode(token); // expect: auth/jwt-none-algorithm
const e = await jwtVerify(token, key, { algorithms: ["none"] }); // expect: auth/jwt-none-algorithm
const f = expressjwt({ secret: key, algorithms: ["none"] }); // expect: auth/jwt-none-algorithm

// Nothing to see.
jwt.sign(claims, key, { algorithm: "RS256" });
jwt.sign(claims, key, options);
jwt.verify(token, key, { algorithms: ["RS256"] });
style.set({ animation: "none" });
