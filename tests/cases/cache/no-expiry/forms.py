import redis
from django.core.cache import cache
from pymemcache.client.base import Client

r = redis.Redis()


def cache_user(user):
    r.set(user.key, user.json())  # expect: cache/no-expiry


def remember(user):
    r.set(f"session:{user.id}", user.json())  # expect: cache/no-expiry
    r.set("user_token:" + user.id, user.token)  # expect: cache/no-expiry


cache.set("rates", rates, None)  # expect: cache/no-expiry
cache.set("rates", rates, timeout=None)  # expect: cache/no-expiry
cache.get_or_set("rates", compute, timeout=None)  # expect: cache/no-expiry

memcached = Client("localhost")
memcached.set("rates", rates)  # expect: cache/no-expiry
