package com.acme;

import jakarta.servlet.http.HttpServletRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import org.springframework.scheduling.annotation.Async;
import org.springframework.web.bind.annotation.PostMapping;

class Uploads {
    private ExecutorService executor;

    @PostMapping("/a")
    void later(HttpServletRequest request) {
        executor.submit(() -> {
            store(request.getParameter("name")); // expect: concurrency/request-object-escapes
        });
    }

    @PostMapping("/b")
    void joined(HttpServletRequest request) {
        CompletableFuture.runAsync(() -> store(request.getParameter("name"))).join();
    }

    @PostMapping("/c")
    void thread(HttpServletRequest request) {
        new Thread(() -> store(request.getRemoteAddr())).start(); // expect: concurrency/request-object-escapes
    }

    @PostMapping("/d")
    void now(HttpServletRequest request) {
        names().forEach(name -> store(request.getParameter(name)));
    }

    @Async
    void record(HttpServletRequest request, String name) { // expect: concurrency/request-object-escapes
        store(name);
    }
}
