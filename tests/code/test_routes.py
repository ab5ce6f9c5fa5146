"""Routes: what each framework's way of saying them comes to."""

from __future__ import annotations

import textwrap

import pytest

from backspec.code.routes import routes
from backspec.model import Document


def found(text: str, language: str, path: str = "src/app") -> list[str]:
    document = Document(f"/w/{path}", textwrap.dedent(text).encode(), language)
    return [
        f"{','.join(route.methods) or 'any'} {route.path} {route.handler}".rstrip()
        for route in routes(document, path)
    ]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "python",
            """
            from fastapi import APIRouter, FastAPI
            app = FastAPI()
            router = APIRouter(prefix="/users")
            @router.get("/{id}")
            def show(id: int): ...
            @app.api_route("/both", methods=["GET", "POST"])
            def both(): ...
            app.include_router(router, prefix="/v1")
            """,
            ["GET /v1/users/{id} show", "GET,POST /both both"],
        ),
        (
            "python",
            """
            from flask import Blueprint
            bp = Blueprint("shop", __name__, url_prefix="/shop")
            @bp.route("/cart", methods=["POST"])
            @login_required
            def cart(): ...
            """,
            ["POST /shop/cart cart"],
        ),
        (
            "javascript",
            """
            const express = require('express');
            const app = express();
            const router = express.Router();
            router.get('/list', list);
            router.post('/', (req, res) => res.send('x'));
            app.use('/items', router);
            """,
            ["GET /items/list list", "POST /items/"],
        ),
        (
            "typescript",
            """
            import { Controller, Get, Post } from '@nestjs/common';
            @Controller('cats')
            export class CatsController {
              @Get(':id') one() {}
              @Post() create() {}
            }
            """,
            ["GET /cats/:id CatsController.one", "POST /cats CatsController.create"],
        ),
        (
            "java",
            """
            import org.springframework.web.bind.annotation.*;
            @RestController
            @RequestMapping("/api")
            class Orders {
              @GetMapping("/orders") String all() { return ""; }
              @RequestMapping(value = "/pay", method = RequestMethod.POST) String pay() { }
            }
            """,
            ["GET /api/orders Orders.all", "POST /api/pay Orders.pay"],
        ),
        (
            "csharp",
            """
            using Microsoft.AspNetCore.Mvc;
            [ApiController]
            [Route("api/[controller]")]
            public class OrdersController : ControllerBase {
              [HttpGet("{id}")] public IActionResult One(int id) => Ok();
            }
            """,
            ["GET /api/Orders/{id} OrdersController.One"],
        ),
        (
            "go",
            """
            package main
            import "github.com/gin-gonic/gin"
            func main() {
              r := gin.Default()
              v1 := r.Group("/v1")
              v1.GET("/ping", ping)
            }
            """,
            ["GET /v1/ping ping"],
        ),
        (
            "php",
            """\
            <?php
            use Illuminate\\Support\\Facades\\Route;
            Route::get('books', [BookController::class, 'list']);
            """,
            ["GET /books BookController.list"],
        ),
    ],
)
def test_every_framework(language: str, text: str, expected: list[str]) -> None:
    assert found(text, language) == expected


def test_tests_define_no_routes() -> None:
    text = "from flask import Flask\napp = Flask('x')\n@app.get('/x')\ndef test_x(): ...\n"
    assert found(text, "python", "tests/test_app.py") == []
    assert found(text, "python") == ["GET /x test_x"]


def test_files_without_grammar_have_none() -> None:
    assert found("GET /x", "markdown") == []
    assert found("", "python") == []
