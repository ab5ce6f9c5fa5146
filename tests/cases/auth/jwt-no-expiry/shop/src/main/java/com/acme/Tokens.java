package com.acme;

import io.jsonwebtoken.Claims;
import io.jsonwebtoken.JwtBuilder;
import io.jsonwebtoken.Jwts;
import java.security.Key;
import java.util.Date;

public class Tokens {

    private final Key key;

    public Tokens(Key key) {
        this.key = key;
    }

    public String forEver(String user) {
        return Jwts.builder() // expect: auth/jwt-no-expiry
                .setSubject(user)
                .setIssuedAt(new Date())
                .signWith(key)
                .compact();
    }

    public String forAWhile(String user, Date end) {
        return Jwts.builder().setSubject(user).setExpiration(end).signWith(key).compact();
    }

    public String fromClaims(Claims claims) {
        return Jwts.builder().setClaims(claims).signWith(key).compact();
    }

    public String stepByStep(String user, Date end) {
        JwtBuilder builder = Jwts.builder().setSubject(user).signWith(key);
        builder.setExpiration(end);
        return builder.compact();
    }
}
