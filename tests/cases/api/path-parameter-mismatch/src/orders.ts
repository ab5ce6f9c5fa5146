import express from "express";

const router = express.Router();

router.get("/orders/:id", (req, res) => { // expect: api/path-parameter-mismatch
  res.json(load(req.params.orderId));
});

router.get("/orders/:id/:line?", (req, res) => {
  res.json(load(req.params.id, req.params.line));
});

router.get("/files/:folder", (req, res) => {
  const { folder } = req.params;
  res.json(load(folder));
});
