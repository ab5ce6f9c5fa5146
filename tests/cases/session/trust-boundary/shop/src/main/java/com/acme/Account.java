package com.acme;

import java.io.IOException;
import javax.servlet.ServletException;
import javax.servlet.annotation.WebServlet;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import javax.servlet.http.HttpSession;

@WebServlet("/account")
public class Account extends HttpServlet {

    private final UserService users = new UserService();

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        HttpSession session = request.getSession();
        String name = request.getParameter("name");
        User user = users.login(name, request.getParameter("password"));
        if (user == null) {
            response.sendError(HttpServletResponse.SC_UNAUTHORIZED);
            return;
        }
        session.setAttribute("user", user);
        session.setAttribute("tenant", clean(request.getHeader("X-Tenant"))); // expect: session/trust-boundary (info)
        session.setAttribute("size", Integer.parseInt(request.getParameter("size")));
        session.setAttribute(name, Boolean.TRUE); // expect: session/trust-boundary (warning)
        String view = "list";
        if ("table".equals(request.getParameter("view"))) {
            view = "table";
        }
        session.setAttribute("view", view);
        response.sendRedirect(request.getContextPath() + "/orders");
    }

    private String clean(String tenant) {
        return tenant == null ? "" : tenant.trim();
    }
}
