import express from "express";

const app = express();

app.post("/orders", (req, res) => { // expect: architecture/fat-handler
  const kind = req.body.kind;
  let total = 0;
  if (kind === 0 && req.body.level > 0) {
    total += 0;
  }
  if (kind === 1 && req.body.level > 1) {
    total += 1;
  }
  if (kind === 2 && req.body.level > 2) {
    total += 2;
  }
  if (kind === 3 && req.body.level > 3) {
    total += 3;
  }
  if (kind === 4 && req.body.level > 4) {
    total += 4;
  }
  if (kind === 5 && req.body.level > 5) {
    total += 5;
  }
  if (kind === 6 && req.body.level > 6) {
    total += 6;
  }
  if (kind === 7 && req.body.level > 7) {
    total += 7;
  }
  if (kind === 8 && req.body.level > 8) {
    total += 8;
  }
  if (kind === 9 && req.body.level > 9) {
    total += 9;
  }
  if (kind === 10 && req.body.level > 10) {
    total += 10;
  }
  if (kind === 11 && req.body.level > 11) {
    total += 11;
  }
  res.json({ total });
});

// Nothing to see.
export function service(kind: number, req: Order, total: number) {
  if (kind === 0 && req.body.level > 0) {
    total += 0;
  }
  if (kind === 1 && req.body.level > 1) {
    total += 1;
  }
  if (kind === 2 && req.body.level > 2) {
    total += 2;
  }
  if (kind === 3 && req.body.level > 3) {
    total += 3;
  }
  if (kind === 4 && req.body.level > 4) {
    total += 4;
  }
  if (kind === 5 && req.body.level > 5) {
    total += 5;
  }
  if (kind === 6 && req.body.level > 6) {
    total += 6;
  }
  if (kind === 7 && req.body.level > 7) {
    total += 7;
  }
  if (kind === 8 && req.body.level > 8) {
    total += 8;
  }
  if (kind === 9 && req.body.level > 9) {
    total += 9;
  }
  if (kind === 10 && req.body.level > 10) {
    total += 10;
  }
  if (kind === 11 && req.body.level > 11) {
    total += 11;
  }
  return total;
}
