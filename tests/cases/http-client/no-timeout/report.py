#!/usr/bin/env python3
import requests

print(requests.get("https://example.org").text)
