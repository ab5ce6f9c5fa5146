const express = require("express");
const helmet = require("helmet");

const app = express();
app.use("/a", helmet({ contentSecurityPolicy: false })); // expect: config/security-headers (info)
app.use("/b", helmet({ contentSecurityPolicy: { directives: { defaultSrc: ["'self'"] } } }));
app.use("/c", helmet());
