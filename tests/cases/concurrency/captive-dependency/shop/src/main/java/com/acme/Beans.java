package com.acme;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.stereotype.Component;
import org.springframework.stereotype.Service;

@Component
@Scope("prototype")
class Counter {
    int seen;
}

@Component
class Plain {
    int seen;
}

@Configuration
class Config {
    @Bean
    @Scope("prototype")
    Parser parser() {
        return new Parser();
    }
}

@Service
class Reports {
    @Autowired
    private Counter counter; // expect: concurrency/captive-dependency
    @Autowired
    private Parser parser; // expect: concurrency/captive-dependency
    @Autowired
    private Plain plain;
    @Autowired
    @Lazy
    private Counter lazily;
    private Counter own = new Counter();
}

@Service
@Scope("prototype")
class Short {
    private final Counter counter;

    Short(Counter counter) {
        this.counter = counter;
    }
}
