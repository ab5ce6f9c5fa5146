package com.acme;

import jakarta.persistence.Entity;
import java.time.LocalDateTime;
import java.util.UUID;

@Entity
class Invoice {
    private static final LocalDateTime CREATED = LocalDateTime.now(); // expect: orm/evaluated-default
    private static final UUID NONE = UUID.fromString("00000000-0000-0000-0000-000000000000");
    private static final long STARTED = System.currentTimeMillis();

    private LocalDateTime created = CREATED;
    private LocalDateTime updated = LocalDateTime.now();
    private UUID owner = NONE;
}

class Clock {
    private static final LocalDateTime STARTED = LocalDateTime.now();
    private LocalDateTime started = STARTED;
}
