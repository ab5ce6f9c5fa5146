import cors from "cors";
import express from "express";

const app = express();
app.use(cors({ origin: "*", methods: ["GET"] })); // expect: cors/wildcard-origin
app.use(cors({ methods: ["GET"] })); // expect: cors/wildcard-origin
app.use((req, res, next) => {
  res.header("Access-Control-Allow-Origin", "*"); // expect: cors/wildcard-origin
  next();
});

// Nothing to see.
app.use(cors({ origin: origins }));
app.use(cors(options));
app.use((req, res, next) => {
  res.header("Access-Control-Allow-Origin", "https://shop.example");
  next();
});
app.use(cors(async (_request, done) => done(null, { origin: await allowed() })));
