import ssl

import requests

requests.get(url, timeout=5)
requests.get(url, timeout=5, verify=True)
requests.get(url, timeout=5, verify="/etc/ca.pem")
requests.get(url, timeout=5, verify=settings.verify)
ssl.create_default_context(cafile="/etc/ca.pem")
form.save(verify=False)


def required():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_mode = ssl.CERT_REQUIRED
    context.check_hostname = True
    return context


def server():
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def for_each(options):
    return requests.get(url, timeout=5, **options)
