package com.acme;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;

public class Files extends HttpServlet {

    private static final Path FOLDER = Path.of("/srv/files");

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String name = request.getParameter("name");
        try (InputStream in = new FileInputStream(new File("/srv/files", name))) { // expect: injection/path-traversal
            in.transferTo(response.getOutputStream());
        }
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Path path = FOLDER.resolve(request.getParameter("name")).normalize();
        if (!path.startsWith(FOLDER)) {
            response.sendError(400);
            return;
        }
        java.nio.file.Files.delete(path);
    }

    @Override
    protected void doHead(HttpServletRequest request, HttpServletResponse response) throws IOException {
        File file = new File("/srv/files", new File(request.getParameter("name")).getName());
        response.setStatus(file.exists() ? 200 : 404);
    }
}
