import { Controller, Get, Post } from "@nestjs/common";
import express from "express";

const router = express.Router();
router.get("/users/:id", user);
router.get("/users/me", me); // expect: api/route-shadowed
router.post("/users/me", me);
router.get("/users/:id/orders", orders);
router.get("/orders/latest", latest);
router.get("/orders/:id", order);
router.get("/items/:id(\\d+)", item);
router.get("/items/first", first);

@Controller("users")
export class Users {
  @Get(":id")
  one() {}

  @Get("me") // expect: api/route-shadowed
  me() {}

  @Post("me")
  change() {}
}

@Controller("orders")
export class Orders {
  @Get("latest")
  latest() {}

  @Get(":id")
  one() {}
}

@Controller("carts")
export class Carts {
  @Get("me")
  me() {}
}
