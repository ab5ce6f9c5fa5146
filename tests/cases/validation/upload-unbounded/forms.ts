import bodyParser from "body-parser";
import express from "express";
import multer from "multer";

const app = express();
multer(); // expect: validation/upload-unbounded
multer({ storage }); // expect: validation/upload-unbounded
multer({ storage, limits: { files: 3 } }); // expect: validation/upload-unbounded
multer({ storage, limits: { fileSize: 1024 } });
multer({ storage, limits });
multer(options);
app.use(bodyParser.json({ limit: "100mb" })); // expect: validation/upload-unbounded
app.use(express.urlencoded({ limit: Infinity, extended: true })); // expect: validation/upload-unbounded
app.use(express.raw({ limit: 60 * 1024 * 1024 })); // expect: validation/upload-unbounded
app.use(express.json({ limit: "2mb" }));
app.use(express.json({ limit: process.env.LIMIT }));
