package com.acme;

import java.util.Set;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;

public class Exports extends HttpServlet {

    private static final Set<String> FORMATS = Set.of("csv", "pdf");

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) {
        String format = request.getParameter("format");
        String name = request.getParameter("name") + ".csv";
        response.setHeader("Content-Disposition", "attachment; filename=\"" + name + "\""); // expect: injection/response-header
        if (FORMATS.contains(format)) {
            response.addHeader("Content-Disposition", "attachment; filename=\"orders." + format + "\"");
        }
    }
}
