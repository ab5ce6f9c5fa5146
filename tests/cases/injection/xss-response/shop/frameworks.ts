import { Controller, Get, Header, Post, Body, Query, Res } from "@nestjs/common";
import Hapi from "@hapi/hapi";
import Fastify from "fastify";
import Router from "@koa/router";

@Controller("pages")
export class Pages {
  @Get("a")
  a(@Query("q") q: string, @Res() res) {
    res.send(`<b>${q}</b>`); // expect: injection/xss-response
  }

  @Get("b")
  b(@Query("q") q: string) {
    const html = "<b>" + q + "</b>";
    return html; // expect: injection/xss-response
  }

  @Get("c")
  @Header("Content-Type", "text/plain")
  c(@Query("q") q: string) {
    return `found nothing for ${q}`;
  }

  @Post("d")
  d(@Body() order: OrderDto) {
    return order;
  }

  @Post("e")
  e(@Body() order: OrderDto) {
    return { name: `${order.name}` };
  }
}

const server = Hapi.server({ port: 3000 });
server.route({
  method: "GET",
  path: "/a",
  handler: (request, h) => h.response("<b>" + request.query.name + "</b>"), // expect: injection/xss-response
});
server.route({
  method: "GET",
  path: "/b",
  handler: (request, h) => {
    return `<b>${request.params.name}</b>`; // expect: injection/xss-response
  },
});
server.route({ method: "GET", path: "/c", handler: (request) => ({ name: request.query.name }) });

const fastify = Fastify();
fastify.get("/a", async (request, reply) => {
  reply.type("text/html").send(`<b>${request.query.name}</b>`); // expect: injection/xss-response
});
fastify.get("/b", async (request, reply) => {
  reply.header("Content-Type", "text/html");
  return `<b>${request.query.name}</b>`; // expect: injection/xss-response
});
fastify.get("/c", async (request, reply) => reply.send(`hello ${request.query.name}`));
fastify.get("/d", async (request) => `hello ${request.query.name}`);

const router = new Router();
router.get("/a", async (ctx) => {
  const { name } = ctx.request.query;
  ctx.body = `<h1>${name}</h1>`; // expect: injection/xss-response
});
router.get("/b", async (ctx) => {
  ctx.body = { name: ctx.query.name };
});
