package com.acme;

import java.io.IOException;
import java.util.List;
import javax.servlet.Filter;
import javax.servlet.FilterChain;
import javax.servlet.ServletException;
import javax.servlet.ServletRequest;
import javax.servlet.ServletResponse;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;

public class Cors implements Filter {

    private static final List<String> SITES = List.of("https://shop.acme.example");

    @Override
    public void doFilter(ServletRequest asked, ServletResponse answered, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest request = (HttpServletRequest) asked;
        HttpServletResponse response = (HttpServletResponse) answered;
        String origin = request.getHeader("Origin");
        if (request.getRequestURI().startsWith("/open")) {
            response.setHeader("Access-Control-Allow-Origin", origin); // expect: cors/reflected-origin
            response.setHeader("Access-Control-Allow-Credentials", "true");
        } else if (SITES.contains(origin)) {
            response.setHeader("Access-Control-Allow-Origin", origin);
        }
        chain.doFilter(asked, answered);
    }
}
