package com.acme;

import org.springframework.boot.SpringApplication;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
public class Admin {

    private Importer importer;

    @PostMapping("/import")
    public void importAll() {
        if (!importer.run()) {
            System.exit(2); // expect: error/panic-or-exit-in-handler
        }
    }

    public static void main(String[] arguments) {
        if (arguments.length > 1) {
            System.exit(1);
        }
        SpringApplication.run(Admin.class, arguments);
    }
}
