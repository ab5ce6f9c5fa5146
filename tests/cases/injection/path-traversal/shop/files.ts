import fs from "node:fs";
import path from "node:path";
import Koa from "koa";
import Router from "@koa/router";

const app = new Koa();
const router = new Router();
const ROOT = path.resolve("uploads");

function inside(name: string): string | undefined {
  const full = path.resolve(ROOT, name);
  if (!full.startsWith(ROOT + path.sep)) {
    return undefined;
  }
  return full;
}

router.get("/files/:name", async (ctx) => {
  const full = inside(ctx.params.name);
  if (full === undefined) {
    ctx.throw(404);
  }
  ctx.body = fs.createReadStream(full);
});

router.get("/raw/:name", async (ctx) => {
  const full = path.join(ROOT, ctx.params.name);
  ctx.body = fs.createReadStream(full); // expect: injection/path-traversal
});

router.get("/page/:number", async (ctx) => {
  const number = Number(ctx.params.number);
  ctx.body = fs.createReadStream(path.join(ROOT, `${number}.pdf`));
});

router.delete("/files/:name", async (ctx) => {
  const name = path.basename(ctx.params.name);
  await fs.promises.unlink(path.join(ROOT, name));
  ctx.status = 204;
});

app.use(router.routes());
export default app;
