import http.client
import urllib.request

import aiohttp
import httpx
import requests

requests.get(url)  # expect: http-client/no-timeout
requests.post(url, json={})  # expect: http-client/no-timeout
requests.request("GET", url)  # expect: http-client/no-timeout
requests.get(url, timeout=None)  # expect: http-client/no-timeout
urllib.request.urlopen(url)  # expect: http-client/no-timeout
http.client.HTTPSConnection("example.org")  # expect: http-client/no-timeout
httpx.get(url, timeout=None)  # expect: http-client/no-timeout
httpx.Client(timeout=None)  # expect: http-client/no-timeout
aiohttp.ClientTimeout(total=None)  # expect: http-client/no-timeout


def with_session():
    session = requests.Session()
    return session.get(url)  # expect: http-client/no-timeout


def in_with():
    with requests.Session() as session:
        return session.get(url)  # expect: http-client/no-timeout


class Client:
    def __init__(self):
        self.session = requests.Session()

    def load(self):
        return self.session.post(url)  # expect: http-client/no-timeout
