package com.acme;

import java.util.List;

class Reports {
    private OrderRepository orderRepository;

    void print() {
        List<Order> orders = orderRepository.findAll();
        for (Order order : orders) {
            for (Line line : order.getLines()) { // expect: orm/n-plus-one
                show(line);
            }
            show(order.getName());
        }
        for (Order order : orderRepository.findByState("open")) {
            if (order.getLines().isEmpty()) { // expect: orm/n-plus-one
                show(order);
            }
        }
    }

    void given(List<Order> orders) {
        for (Order order : orders) {
            show(order.getLines().size());
        }
    }
}
