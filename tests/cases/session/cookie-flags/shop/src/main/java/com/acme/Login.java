package com.acme;

import javax.servlet.http.Cookie;
import javax.servlet.http.HttpServletResponse;
import org.springframework.http.ResponseCookie;

public class Login {

    public void keep(HttpServletResponse response, String token) {
        Cookie session = new Cookie("auth_token", token); // expect: session/cookie-flags
        session.setPath("/");
        session.setMaxAge(3600);
        response.addCookie(session);
    }

    public void keepWell(HttpServletResponse response, String token) {
        Cookie session = new Cookie("auth_token", token);
        session.setHttpOnly(true);
        session.setSecure(true);
        response.addCookie(session);
    }

    public void forget(HttpServletResponse response) {
        Cookie session = new Cookie("auth_token", null);
        session.setMaxAge(0);
        response.addCookie(session);
    }

    public Cookie finishElsewhere(String token) {
        Cookie session = new Cookie("auth_token", token);
        session.setPath("/");
        return session;
    }

    public void remember(HttpServletResponse response, String color) {
        Cookie theme = new Cookie("theme", color); // expect: session/cookie-flags
        theme.setSecure(false);
        theme.setHttpOnly(true);
        response.addCookie(theme);
    }

    public String header(String token) {
        return ResponseCookie.from("refresh_token", token) // expect: session/cookie-flags
                .httpOnly(true)
                .sameSite("Lax")
                .build()
                .toString();
    }
}
