package com.acme;

import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class Reactive {
    private final WebClient webClient = WebClient.create();

    Mono<Void> audit(String name) {
        return Mono.fromRunnable(() -> store(name));
    }

    void forgets(String name) {
        audit(name); // expect: async/missing-await
        audit(name).doOnError(this::log); // expect: async/missing-await
        Flux.just(1, 2).map(one -> one + 1); // expect: async/missing-await
        webClient.delete().uri("/x").retrieve().toBodilessEntity(); // expect: async/missing-await
    }

    Mono<Void> keeps(String name) {
        audit(name).subscribe();
        Mono<Void> kept = audit(name);
        webClient.delete().uri("/x").retrieve().toBodilessEntity().subscribe();
        return kept.then(audit("b"));
    }

    Mono<String> chosen(int code) {
        return switch (code) {
            case 1 -> Mono.just("a");
            default -> Mono.empty();
        };
    }
}
