import redis
from django.core.cache import cache

client = redis.Redis()


def rename(user, session):
    cache.delete(f"user:{user.pk}")  # expect: cache/write-order
    user.save(update_fields=["name"])


def remove(product):
    client.delete("product:" + product.pk)  # expect: cache/write-order
    Product.objects.filter(pk=product.pk).delete()


# Nothing to see.
def after(user):
    user.save()
    cache.delete(f"user:{user.pk}")


def twice(user):
    cache.delete(f"user:{user.pk}")
    user.save()
    cache.delete(f"user:{user.pk}")


def other(user, log):
    cache.delete(f"user:{user.pk}")
    log.save()


def unlock(user):
    cache.delete(f"lock:user:{user.pk}")
    user.save()
