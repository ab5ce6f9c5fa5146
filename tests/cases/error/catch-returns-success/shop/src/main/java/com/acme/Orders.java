package com.acme;

import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

@RestController
public class Orders {

    private static final Logger log = LoggerFactory.getLogger(Orders.class);

    private final OrderService orders;

    public Orders(OrderService orders) {
        this.orders = orders;
    }

    @GetMapping("/orders")
    public ResponseEntity<?> all() {
        try {
            return ResponseEntity.ok(orders.all());
        } catch (RuntimeException e) {
            log.error("orders could not be read", e);
            return ResponseEntity.ok(Map.of("success", false, "error", "try again")); // expect: error/catch-returns-success
        }
    }

    @GetMapping("/orders/{id}")
    public ResponseEntity<?> one(@PathVariable long id) {
        try {
            return ResponseEntity.ok(orders.one(id));
        } catch (RuntimeException e) {
            log.error("order could not be read", e);
            return ResponseEntity.status(HttpStatus.BAD_GATEWAY).body(Map.of("error", "try again"));
        }
    }

    @GetMapping("/orders/{id}/lines")
    public ResponseEntity<?> lines(@PathVariable long id) {
        if (!orders.has(id)) {
            new ResponseStatusException(HttpStatus.NOT_FOUND); // expect: error/exception-not-raised
        }
        return ResponseEntity.ok(orders.lines(id));
    }
}
