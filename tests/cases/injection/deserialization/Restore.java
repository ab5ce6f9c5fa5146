package shop;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.util.Base64;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;

public class Restore extends HttpServlet {
    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        byte[] bytes = Base64.getDecoder().decode(request.getParameter("cart"));
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
            Object cart = in.readObject(); // expect: injection/deserialization
            response.setStatus(cart == null ? 404 : 200);
        } catch (ClassNotFoundException e) {
            response.sendError(400);
        }
    }
}
