from dataclasses import dataclass

import requests  # expect: architecture/layer-violation
from shop.domain.order import Order
from shop.infrastructure.mail import send  # expect: architecture/layer-violation
from sqlalchemy.orm import Session  # expect: architecture/layer-violation

from ..domain.money import Money


@dataclass
class Pay:
    order: Order
    price: Money
