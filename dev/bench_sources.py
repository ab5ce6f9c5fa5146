"""Synthetic sources for the benchmark: realistic service code of any length, always the same.

Each block is what a service really has: a handler that reads input, a query, a call to another
service, a class with methods. Every 25th block or so holds one fault, which is denser than real
code. Names differ by block, so that nothing can be answered from a memo of identical text.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """How to write one language's file."""

    suffix: str
    language: str
    """LSP language id."""
    head: str
    blocks: tuple[str, ...]
    """Taken in turn; ``%N`` is the block's number."""
    fault: str
    """A block with one fault that is on by default."""
    tail: str = ""


def text(source: Source, lines: int) -> str:
    """A file of about ``lines`` lines (never fewer)."""
    parts = [source.head]
    have = source.head.count("\n")
    number = 0
    while have < lines:
        form = source.fault if number % 25 == 2 else source.blocks[number % len(source.blocks)]
        block = form.replace("%N", str(number))
        parts.append(block)
        have += block.count("\n")
        number += 1
    return "".join([*parts, source.tail])


PYTHON = Source(
    ".py",
    "python",
    '''"""Orders of a shop."""

import logging
from dataclasses import dataclass

import requests
from fastapi import APIRouter, Depends, HTTPException
from sqlalchemy import select
from sqlalchemy.orm import Session

from .database import get_session
from .models import Customer, Order

router = APIRouter()
log = logging.getLogger(__name__)
BILLING = "https://billing.internal"

''',
    (
        """
@router.get("/orders%N/{order_id}")
def read_order_%N(order_id: int, session: Session = Depends(get_session)):
    order = session.get(Order, order_id)
    if order is None:
        raise HTTPException(status_code=404, detail="no such order")
    total = sum(line.price * line.count for line in order.lines)
    log.info("read order %s", order_id)
    return {"id": order.id, "total": total, "customer": order.customer_id}

""",
        '''
@dataclass
class Invoice%N:
    """What a customer owes."""

    number: str
    lines: list[tuple[str, int]]

    def total(self) -> int:
        result = 0
        for name, price in self.lines:
            if price < 0:
                raise ValueError(f"{name} has a negative price")
            result += price
        return result

    def send(self) -> bool:
        answer = requests.post(f"{BILLING}/invoices", json={"n": self.number}, timeout=5)
        return answer.status_code == 202

''',
        """
def open_orders_%N(session: Session, customer: Customer, limit: int = 50) -> list[Order]:
    query = select(Order).where(Order.customer_id == customer.id, Order.state == "open")
    found = session.scalars(query.order_by(Order.created).limit(limit)).all()
    try:
        return [order for order in found if order.lines]
    except AttributeError as error:
        log.warning("broken order of customer %s", customer.id)
        raise LookupError("orders cannot be read") from error

""",
    ),
    """
def fetch_rates_%N(currency: str) -> dict[str, float]:
    answer = requests.get(f"{BILLING}/rates/{currency}", verify=False)
    answer.raise_for_status()
    return answer.json()

""",
)

TYPESCRIPT = Source(
    ".ts",
    "typescript",
    """import axios from "axios";
import express, { Request, Response, NextFunction } from "express";
import { Pool } from "pg";

const pool = new Pool({ max: 10, connectionTimeoutMillis: 2000 });
export const router = express.Router();
const BILLING = "https://billing.internal";

""",
    (
        """
router.get("/orders%N/:id", async (req: Request, res: Response, next: NextFunction) => {
  try {
    const query = "SELECT id, total FROM orders WHERE id = $1";
    const { rows } = await pool.query(query, [req.params.id]);
    if (rows.length === 0) {
      return res.status(404).json({ error: "no such order" });
    }
    return res.json(rows[0]);
  } catch (error) {
    return next(error);
  }
});

""",
        """
export interface Line%N {
  name: string;
  price: number;
}

export class Invoice%N {
  constructor(
    private readonly number: string,
    private readonly lines: Line%N[],
  ) {}

  total(): number {
    return this.lines.reduce((sum, line) => sum + line.price, 0);
  }

  async send(): Promise<boolean> {
    const answer = await axios.post(`${BILLING}/invoices`, { n: this.number }, { timeout: 5000 });
    return answer.status === 202;
  }
}

""",
    ),
    """
export async function fetchRates%N(currency: string): Promise<Record<string, number>> {
  const answer = await axios.get(`${BILLING}/rates/${currency}`);
  return answer.data;
}

""",
)

JAVA = Source(
    ".java",
    "java",
    """package shop.orders;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

public class Orders {
    private final DataSource dataSource;

    public Orders(DataSource dataSource) {
        this.dataSource = dataSource;
    }
""",
    (
        """
    public List<String> names%N(long customer) throws SQLException {
        List<String> found = new ArrayList<>();
        String query = "SELECT name FROM orders WHERE customer = ? LIMIT 100";
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setLong(1, customer);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(rows.getString("name"));
                }
            }
        }
        return found;
    }
""",
        """
    public record Line%N(String name, int price) {
        public Line%N {
            if (price < 0) {
                throw new IllegalArgumentException(name + " has a negative price");
            }
        }

        public int total(int count) {
            return price * count;
        }
    }
""",
    ),
    """
    public byte[] digest%N(String text) throws java.security.NoSuchAlgorithmException {
        java.security.MessageDigest digest = java.security.MessageDigest.getInstance("MD5");
        return digest.digest(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
""",
    "}\n",
)

GO = Source(
    ".go",
    "go",
    """package orders

import (
	"context"
	"crypto/tls"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

type Server struct {
	db *sql.DB
}
""",
    (
        """
func (s *Server) readOrder%N(w http.ResponseWriter, r *http.Request) {
	var total int
	query := "SELECT total FROM orders WHERE id = $1"
	row := s.db.QueryRowContext(r.Context(), query, r.PathValue("id"))
	if err := row.Scan(&total); errors.Is(err, sql.ErrNoRows) {
		http.Error(w, "no such order", http.StatusNotFound)
		return
	} else if err != nil {
		http.Error(w, "cannot read", http.StatusInternalServerError)
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]int{"total": total})
}
""",
        """
type invoice%N struct {
	number string
	lines  []int
}

func (i invoice%N) total(ctx context.Context) (int, error) {
	sum := 0
	for n, price := range i.lines {
		if price < 0 {
			return 0, fmt.Errorf("line %d of %s has a negative price", n, i.number)
		}
		sum += price
	}
	return sum, ctx.Err()
}
""",
    ),
    """
func client%N() *http.Client {
	settings := &tls.Config{InsecureSkipVerify: true}
	return &http.Client{Timeout: 5e9, Transport: &http.Transport{TLSClientConfig: settings}}
}
""",
)

AGENT = Source(
    ".md",
    "markdown",
    """---
name: backend-specialist
description: Builds and reviews services. Use it for APIs, databases and queues.
tools: Read, Grep, Glob, Bash
model: inherit
---

You are a backend development specialist.
""",
    (
        """
## Area %N

- **REST APIs**: resources, HTTP methods, status codes
- **Databases**: PostgreSQL, Redis, connection pooling, migrations
- **Security**: JWT, OAuth 2.0, rate limiting, CORS, input validation
""",
        """
When you change service %N, read its tests first, then write the smallest change that works.
Run the tests again and say what you saw. Ask before you touch the database schema.
""",
    ),
    """
## Queues %N

- Kafka, RabbitMQ and background jobs: acknowledge after the work is done
""",
)

SOURCES = {
    "python": PYTHON,
    "typescript": TYPESCRIPT,
    "java": JAVA,
    "go": GO,
    "agent": AGENT,
}
"""Languages the benchmark knows, in the order of its tables."""
