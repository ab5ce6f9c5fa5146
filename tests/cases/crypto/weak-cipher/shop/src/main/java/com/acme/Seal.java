package com.acme;

import java.util.Properties;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

public class Seal {

    private static final String OLD = "DESede";
    private static final String BLOCKS = "AES/ECB/PKCS5Padding";

    public byte[] old(SecretKey key, byte[] text) throws Exception {
        Cipher cipher = Cipher.getInstance(OLD); // expect: crypto/weak-cipher
        cipher.init(Cipher.ENCRYPT_MODE, key);
        return cipher.doFinal(text);
    }

    public byte[] blocks(SecretKey key, byte[] text) throws Exception {
        Cipher cipher = Cipher.getInstance(BLOCKS, "SunJCE"); // expect: crypto/weak-cipher
        cipher.init(Cipher.ENCRYPT_MODE, key);
        return cipher.doFinal(text);
    }

    public byte[] plain(SecretKey key, byte[] text) throws Exception {
        Cipher cipher = Cipher.getInstance("AES"); // expect: crypto/weak-cipher
        cipher.init(Cipher.ENCRYPT_MODE, key);
        return cipher.doFinal(text);
    }

    public byte[] wrapped(SecretKey key, byte[] text) throws Exception {
        Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPWithSHA-256AndMGF1Padding");
        cipher.init(Cipher.ENCRYPT_MODE, key);
        return cipher.doFinal(text);
    }

    public byte[] told(Properties settings, SecretKey key, byte[] nonce, byte[] text) throws Exception {
        String algorithm = settings.getProperty("algorithm", "AES/GCM/NoPadding");
        Cipher cipher = Cipher.getInstance(algorithm);
        cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, nonce));
        return cipher.doFinal(text);
    }
}
