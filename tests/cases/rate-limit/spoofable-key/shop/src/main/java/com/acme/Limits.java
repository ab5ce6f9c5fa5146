package com.acme;

import com.google.common.util.concurrent.RateLimiter;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.cloud.gateway.filter.ratelimit.KeyResolver;
import reactor.core.publisher.Mono;

class Limits {
    KeyResolver byHeader() {
        return exchange -> Mono.just(exchange.getRequest().getHeaders().getFirst("X-Forwarded-For")); // expect: rate-limit/spoofable-key
    }

    KeyResolver byAddress() {
        return exchange -> Mono.just(exchange.getRequest().getRemoteAddress().getHostString());
    }

    boolean may(HttpServletRequest request) {
        return limiter(request.getHeader("X-Real-IP")).tryAcquire(); // expect: rate-limit/spoofable-key
    }

    boolean mayUser(HttpServletRequest request) {
        return limiter(request.getRemoteUser()).tryAcquire();
    }

    String seen(HttpServletRequest request) {
        return request.getHeader("X-Real-IP");
    }
}
