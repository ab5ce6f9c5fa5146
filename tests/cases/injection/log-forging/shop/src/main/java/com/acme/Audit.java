package com.acme;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
public class Audit {

    private static final Logger log = LoggerFactory.getLogger(Audit.class);

    @PostMapping("/orders/{id}")
    public void change(@PathVariable long id, @RequestParam String name) {
        log.info("order {} is called {} now", id, name); // expect: injection/log-forging
        log.info("order {} changed", id);
        log.info("order {} is called {} now", id, name.replaceAll("[\r\n]", "_"));
    }
}
