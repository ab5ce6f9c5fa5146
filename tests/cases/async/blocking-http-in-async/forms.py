import asyncio
import urllib.request

import boto3
import httpx
import requests
import smtplib


async def a(url):
    requests.get(url, timeout=5)  # expect: async/blocking-http-in-async
    urllib.request.urlopen(url, timeout=5)  # expect: async/blocking-http-in-async
    httpx.get(url)  # expect: async/blocking-http-in-async
    with httpx.Client() as client:
        client.get(url)  # expect: async/blocking-http-in-async
    s3 = boto3.client("s3")
    s3.put_object(Bucket="b", Key="k")  # expect: async/blocking-http-in-async (warning)
    with smtplib.SMTP("mail", timeout=5) as smtp:  # expect: async/blocking-http-in-async (warning)
        smtp.send_message(message)  # expect: async/blocking-http-in-async (warning)


# Nothing to see.
def sync(url):
    return requests.get(url, timeout=5)


async def offloaded(url, loop):
    await asyncio.to_thread(requests.get, url, timeout=5)
    await loop.run_in_executor(None, lambda: requests.get(url, timeout=5))

    def work():
        return requests.get(url, timeout=5)

    return await asyncio.to_thread(work)


async def good(url):
    async with httpx.AsyncClient() as client:
        return await client.get(url)
