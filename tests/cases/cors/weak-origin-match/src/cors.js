const cors = require("cors");

module.exports = (app) => {
  app.use("/a", cors({ origin: /shop\.example\.com$/ })); // expect: cors/weak-origin-match
  app.use("/b", cors({ origin: [/^https:\/\/shop\.example\.com$/, /^https:\/\/shop.example.com$/] })); // expect: cors/weak-origin-match
  app.use("/c", cors({ origin: /^https:\/\/(?:\w+\.)?example\.com$/ }));
  app.use("/d", cors({ origin: /localhost:\d+/ }));
  app.use("/e", cors({ origin: "https://shop.example.com" }));
  app.use((req, res, next) => {
    const origin = req.headers.origin ?? "";
    if (origin.endsWith("shop.example")) { // expect: cors/weak-origin-match
      res.setHeader("Access-Control-Allow-Origin", "https://shop.example");
    }
    if (origin.startsWith("https://") && origin.endsWith(".shop.example")) {
      res.setHeader("Vary", "Origin");
    }
    next();
  });
};
