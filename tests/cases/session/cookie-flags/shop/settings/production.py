SESSION_COOKIE_SECURE = False  # expect: session/cookie-flags
SESSION_COOKIE_HTTPONLY = False  # expect: session/cookie-flags
CSRF_COOKIE_SECURE = False  # expect: session/cookie-flags
CSRF_COOKIE_HTTPONLY = False
