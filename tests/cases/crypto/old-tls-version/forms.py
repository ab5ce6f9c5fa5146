import ssl

context = ssl.SSLContext(ssl.PROTOCOL_TLSv1)  # expect: crypto/old-tls-version
context.minimum_version = ssl.TLSVersion.TLSv1_1  # expect: crypto/old-tls-version

# Nothing to see.
modern = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
modern.minimum_version = ssl.TLSVersion.TLSv1_2
