package com.acme;

import com.acme.entity.Order;
import com.acme.web.OrderForm;
import org.quartz.JobDataMap;
import org.springframework.scheduling.annotation.Async;

class Jobs {
    @Async
    void ship(Order order) { // expect: job/rich-argument
        print(order);
    }

    @Async
    void ship(Long id, OrderForm form) {
        print(id);
    }

    void plan(JobDataMap map, Order order) {
        map.put("order", order); // expect: job/rich-argument
        map.put("id", order.getId());
        map.put("name", "x");
    }
}
