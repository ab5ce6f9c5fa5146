from django.db import models
from sqlalchemy import Column, Float, Numeric, String
from sqlalchemy.orm import mapped_column


class Order(models.Model):
    price = models.FloatField()  # expect: sql/column-type-trap
    weight = models.FloatField()
    fee = models.DecimalField(max_digits=9, decimal_places=2)


class Invoice(Base):
    amount = Column("amount", Float)  # expect: sql/column-type-trap
    balance = mapped_column(Float(53), nullable=False)  # expect: sql/column-type-trap
    price = Column(Numeric(12, 2))
    score = Column(Float)
    amount_type = Column(String)


price = models.FloatField()
