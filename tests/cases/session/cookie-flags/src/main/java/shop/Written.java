package shop;

import javax.servlet.http.HttpServletResponse;
import javax.ws.rs.core.NewCookie;

public class Written {
    Object write(HttpServletResponse response, String id) {
        response.setHeader("Set-Cookie", "sessionId=" + id + "; Path=/"); // expect: session/cookie-flags
        response.addHeader("Set-Cookie", "token=" + id + "; Path=/; HttpOnly; Secure");
        response.addHeader("Set-Cookie", "theme=dark; Path=/");
        response.addHeader("Set-Cookie", "sessionId=; Max-Age=0");
        return new NewCookie("session", id, "/", null, 1, "", 3600, false); // expect: session/cookie-flags
    }
}
