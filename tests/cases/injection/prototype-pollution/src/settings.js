const express = require("express");
const _ = require("lodash");
const settings = require("./settings");

const router = express.Router();

router.patch("/settings", (req, res) => {
  const changes = req.body.changes;
  _.merge(settings, changes); // expect: injection/prototype-pollution
  _.merge(settings, _.pick(settings.defaults, ["theme"]));
  const { theme } = req.body;
  _.merge(settings, { theme: String(theme) });
  res.json(settings);
});

router.put("/settings/:name", (req, res) => {
  _.set(settings, req.params.name, req.body.value); // expect: injection/prototype-pollution
  _.set(settings, "views.count", Number(req.body.count));
  res.end();
});

module.exports = router;
