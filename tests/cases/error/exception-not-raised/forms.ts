import { Controller, Get, HttpException, NotFoundException } from "@nestjs/common";
import createError from "http-errors";

@Controller("orders")
export class OrdersController {
  @Get(":id")
  read(id: string) {
    if (!id) {
      new NotFoundException(); // expect: error/exception-not-raised
    }
    if (id === "0") {
      return new HttpException("no", 404); // expect: error/exception-not-raised
    }
    createError(404); // expect: error/exception-not-raised
    new Error("never"); // expect: error/exception-not-raised
    return find(id);
  }
}

// Nothing to see.
export function notFoundError(id: string) {
  return new NotFoundException(id);
}
export const toException = (id: string) => new NotFoundException(id);
export function toHttp(error: Error): HttpException {
  return new HttpException(error.message, 500);
}
export function fail() {
  throw new Error("no");
}
export function later(next: (e: Error) => void) {
  next(createError(404));
  const error = new Error("kept");
  return Promise.reject(new Error("x"));
}

@Controller("later")
export class LaterController {
  @Get()
  later() {
    return throwError(() => new NotFoundException());
  }
}

@Controller("maybe")
export class MaybeController {
  @Get()
  maybe() {
    return fromOption(() => {
      return new NotFoundException();
    });
  }
}
