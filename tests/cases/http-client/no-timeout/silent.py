import aiohttp
import httpx
import requests

requests.get(url, timeout=5)
requests.get(url, timeout=(3, 10))
requests.get(url, timeout=settings.timeout)
requests.get(url, **options)
httpx.get(url)
httpx.Client()
aiohttp.ClientSession()
aiohttp.ClientTimeout(total=60)
aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=30)
app.get("/orders")
cache.get(url)


def with_adapter():
    session = requests.Session()
    session.mount("https://", TimeoutAdapter(5))
    return session.get(url)
