package com.acme;

import java.security.SecureRandom;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;

public class Codes {

    private static final String LETTERS = "abcdefghjkmnpqrstuvwxyz";

    private final SecureRandom secure = new SecureRandom();

    public String resetToken() {
        StringBuilder token = new StringBuilder();
        Random random = new Random();
        for (int i = 0; i < 20; i++) {
            token.append(LETTERS.charAt(random.nextInt(LETTERS.length()))); // expect: crypto/insecure-random
        }
        return token.toString();
    }

    public String verificationCode() {
        return String.valueOf(ThreadLocalRandom.current().nextInt(100000, 999999)); // expect: crypto/insecure-random
    }

    public String safeToken() {
        StringBuilder token = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            token.append(LETTERS.charAt(secure.nextInt(LETTERS.length())));
        }
        return token.toString();
    }

    public int position(int count) {
        return new Random(7).nextInt(count); // expect: crypto/insecure-random (info)
    }
}
