package com.acme;

import java.util.List;
import org.springframework.data.domain.Pageable;
import org.springframework.graphql.data.method.annotation.Argument;
import org.springframework.graphql.data.method.annotation.QueryMapping;
import org.springframework.graphql.data.method.annotation.SchemaMapping;
import reactor.core.publisher.Flux;

class Queries {
    @QueryMapping
    List<Customer> customers() { // expect: graphql/list-field-unpaged
        return all();
    }

    @QueryMapping
    Flux<Order> ordersOf(@Argument Long customer) { // expect: graphql/list-field-unpaged
        return of(customer);
    }

    @QueryMapping
    List<Order> page(Pageable pageable) {
        return paged(pageable);
    }

    @QueryMapping
    List<String> names() {
        return named();
    }

    @QueryMapping
    List<Order> byIds(@Argument List<Long> ids) {
        return of(ids);
    }

    @QueryMapping
    List<Role> roles() {
        return known();
    }

    List<Order> helper() {
        return all();
    }
}
