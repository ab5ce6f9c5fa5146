package com.acme;

import java.util.List;
import org.springframework.web.client.RestTemplate;

class Prices {
    private RestTemplate client;

    void load(List<Long> orders) {
        for (Long order : orders) {
            Price price = client.getForObject("http://billing/api/prices/" + order, Price.class); // expect: architecture/chatty-service-calls
            show(price);
        }
        for (int page = 1; page < 10; page++) {
            show(client.getForObject("http://billing/api/prices?page=" + page, Price.class));
        }
    }
}
