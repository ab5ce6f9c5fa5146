package com.acme;

import com.google.common.base.Throwables;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.PrintWriter;
import org.springframework.http.ResponseEntity;

class Failures {
    void one(HttpServletResponse response, Exception e) throws IOException {
        e.printStackTrace(response.getWriter()); // expect: error/stack-trace-to-client
        response.getWriter().println(Throwables.getStackTraceAsString(e)); // expect: error/stack-trace-to-client
        e.printStackTrace();
        e.printStackTrace(new PrintWriter(System.err));
    }

    ResponseEntity<Object> two(Exception e) {
        return ResponseEntity.status(500).body(e.getStackTrace()); // expect: error/stack-trace-to-client
    }

    ResponseEntity<Object> three(Exception e) {
        return ResponseEntity.status(500).body("internal error");
    }
}
