import redis
from django.core.cache import cache
from pymemcache.client.base import Client

r = redis.Redis()


def cache_user(user):
    r.set(user.key, user.json(), ex=60)
    r.set(user.key, user.json(), 60)
    r.set(user.key, user.json(), keepttl=True)


def cache_then_expire(user):
    r.set(user.key, user.json())
    r.expire(user.key, 60)


def lock(name):
    r.set(f"cache:lock:{name}", "1", nx=True)


def store(order):
    r.set(f"order:{order.id}", order.json())
    r.set("feature:cache_enabled", "1")


cache.set("rates", rates)
cache.set("rates", rates, 300)
cache.set("rates", rates, timeout=settings.timeout)
cache.set(f"page:{page.cache_key_with_version()}", body, None)

memcached = Client("localhost")
memcached.set("rates", rates, 300)
settings.set("session", value)
