import ssl

import aiohttp
import boto3
import httpx
import requests
import urllib3

requests.get(url, timeout=5, verify=False)  # expect: crypto/tls-verification-off
httpx.Client(verify=False)  # expect: crypto/tls-verification-off
boto3.client("s3", verify=False)  # expect: crypto/tls-verification-off
urllib3.PoolManager(cert_reqs="CERT_NONE")  # expect: crypto/tls-verification-off
context = ssl._create_unverified_context()  # expect: crypto/tls-verification-off
ssl._create_default_https_context = ssl._create_unverified_context  # expect: crypto/tls-verification-off


def session():
    client = requests.Session()
    client.verify = False  # expect: crypto/tls-verification-off
    return client


async def fetch(url):
    async with aiohttp.ClientSession() as client:
        return await client.get(url, ssl=False)  # expect: crypto/tls-verification-off


def context_without_names():
    context = ssl.create_default_context()
    context.check_hostname = False  # expect: crypto/tls-verification-off
    return context


def context_without_anything():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # expect: crypto/tls-verification-off
    return context


if DEBUG:
    requests.get(url, timeout=5, verify=False)  # expect: crypto/tls-verification-off (info)
