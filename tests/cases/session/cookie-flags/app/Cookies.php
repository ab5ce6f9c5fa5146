<?php
use Symfony\Component\HttpFoundation\Cookie;

setcookie('session', $id); // expect: session/cookie-flags
setcookie('session', $id, time() + 3600); // expect: session/cookie-flags
setcookie('auth_token', $id, time() + 3600, '/', '', true, true); // expect: session/cookie-flags (info)
setcookie('auth_token', $id, ['secure' => true, 'httponly' => false, 'samesite' => 'Lax']); // expect: session/cookie-flags
setcookie(name: 'session', value: $id, secure: true, httponly: true); // expect: session/cookie-flags (info)
session_set_cookie_params(['secure' => false, 'httponly' => true]); // expect: session/cookie-flags
new Cookie('session', $id, secure: false); // expect: session/cookie-flags

setcookie('theme', 'dark');
setcookie('session', '', time() - 3600);
setcookie('session', $id, $options);
setcookie('session', $id, ['secure' => true, 'httponly' => true, 'samesite' => 'Strict']);
session_set_cookie_params(['secure' => $isHttps, 'httponly' => true]);
new Cookie('session', $id);
