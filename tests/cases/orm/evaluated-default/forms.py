import uuid
from datetime import datetime, timezone as tz
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from pydantic import BaseModel, Field
from sqlalchemy import JSON, Column, DateTime, func
from sqlalchemy.orm import mapped_column


class Order(models.Model):
    a = models.DateTimeField(default=timezone.now())  # expect: orm/evaluated-default
    b = models.UUIDField(default=uuid.uuid4())  # expect: orm/evaluated-default
    c = models.JSONField(default={})  # expect: orm/evaluated-default
    d = ArrayField(models.TextField(), default=[])  # expect: orm/evaluated-default
    e = models.DateTimeField(default=timezone.now)
    f = models.UUIDField(default=uuid.uuid4)
    g = models.JSONField(default=dict)
    h = models.TextField(default="")
    i = models.DateTimeField(default=lambda: timezone.now())


class Row(Base):
    a = Column(DateTime, default=datetime.utcnow())  # expect: orm/evaluated-default
    b = mapped_column(DateTime, default=datetime.now(tz.utc))  # expect: orm/evaluated-default
    c = Column(JSON, default={})  # expect: orm/evaluated-default
    d = Column(DateTime, default=datetime.utcnow)
    e = Column(DateTime, server_default=func.now())


class Body(BaseModel):
    a: datetime = datetime.now()  # expect: orm/evaluated-default
    b: datetime = Field(default=datetime.now())  # expect: orm/evaluated-default
    c: datetime = Field(default_factory=datetime.now)
    d: dict = Field(default={})


class Plain:
    started: datetime = datetime.now()
