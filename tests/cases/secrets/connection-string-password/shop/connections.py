import os

import redis
from celery import Celery
from pymongo import MongoClient

DATABASE_URL = "mysql+pymysql://shop:x7Rk2mQ9@10.2.0.4/shop"  # expect: secrets/connection-string-password
client = MongoClient("mongodb+srv://app:Zt5kP0aw@cluster0.ab1cd.mongodb.net/shop")  # expect: secrets/connection-string-password
app = Celery("shop", broker=f"amqp://shop:{os.environ['PASSWORD']}@mq.shop.eu//")
store = redis.Redis.from_url("redis://cache.shop.eu:6379/0")
TEMPLATE = "postgresql://user:password@db.shop.eu/shop"
OTHER = "postgresql://{user}:{password}@db.shop.eu/shop"
