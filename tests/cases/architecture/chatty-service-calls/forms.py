import httpx
import requests

BASE = config.base


async def first(client: httpx.AsyncClient, ids, service_url):
    for one in ids:
        await client.get(f"{service_url}/orders/{one}", timeout=5)  # expect: architecture/chatty-service-calls


def load(ids, urls, service_url):
    for one in ids:
        requests.get("http://inventory/items/" + one, timeout=5)  # expect: architecture/chatty-service-calls
    for one in ids:
        requests.get(f"{BASE}/x/{one}", timeout=5)  # expect: architecture/chatty-service-calls

    # Nothing to see.
    for one in ids:
        requests.get(f"https://api.example.com/items/{one}", timeout=5)
        requests.post(f"{service_url}/orders/{one}", timeout=5)
    for url in urls:
        requests.get(url, timeout=5)
        requests.get(f"{url}/health", timeout=5)
    for page in range(10):
        requests.get(f"{service_url}/orders?page={page}", timeout=5)
    for host in ids:
        requests.get(f"http://{host}/health", timeout=5)
