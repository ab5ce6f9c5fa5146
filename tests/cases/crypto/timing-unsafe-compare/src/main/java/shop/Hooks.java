package shop;

import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import org.apache.commons.codec.digest.HmacUtils;

public class Hooks {
    boolean byBytes(Mac mac, byte[] body, byte[] given) {
        byte[] expected = mac.doFinal(body);
        return Arrays.equals(expected, given); // expect: crypto/timing-unsafe-compare
    }

    boolean byText(String key, String body, String given) {
        String signature = HmacUtils.hmacSha256Hex(key, body);
        return signature.equalsIgnoreCase(given); // expect: crypto/timing-unsafe-compare
    }

    boolean inConstantTime(Mac mac, byte[] body, byte[] given) {
        byte[] expected = mac.doFinal(body);
        return MessageDigest.isEqual(expected, given);
    }

    boolean others(String header, String kind) {
        String signature = getSignature(header);
        return "v1".equals(kind) && header.equals(signature);
    }
}
