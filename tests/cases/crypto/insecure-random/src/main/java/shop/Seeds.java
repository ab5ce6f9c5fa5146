package shop;

import java.security.SecureRandom;
import java.util.Random;

public class Seeds {
    private static final String SEED = "shop";

    void known(byte[] given) throws Exception {
        SecureRandom one = new SecureRandom("12345".getBytes()); // expect: crypto/insecure-random (warning)
        SecureRandom two = SecureRandom.getInstance("SHA1PRNG");
        two.setSeed(new byte[] {1, 2, 3}); // expect: crypto/insecure-random (warning)
        two.setSeed(4711L); // expect: crypto/insecure-random (warning)
        two.setSeed(System.currentTimeMillis()); // expect: crypto/insecure-random (warning)
        two.setSeed(SEED.getBytes()); // expect: crypto/insecure-random (warning)
        byte[] zeros = new byte[16];
        SecureRandom three = new SecureRandom(zeros); // expect: crypto/insecure-random (warning)
        use(one, two, three);
    }

    void unknown(byte[] given) {
        SecureRandom one = new SecureRandom();
        one.setSeed(one.generateSeed(16));
        SecureRandom two = new SecureRandom(given);
        Random dice = new Random(42);
        dice.setSeed(43);
        use(one, two, dice);
    }

    void use(Object... all) {}
}
