package com.acme;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

public class Trust {

    public SSLContext everything() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        TrustManager[] managers = {new X509TrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type) {
                // nobody comes in here
            }

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type) { // expect: crypto/tls-verification-off
                // all are welcome
            }

            @Override
            public X509Certificate[] getAcceptedIssuers() {
                return null;
            }
        }};
        context.init(null, managers, null);
        return context;
    }

    public void anyHost(HttpsURLConnection connection) {
        connection.setHostnameVerifier(new HostnameVerifier() {
            @Override
            public boolean verify(String host, SSLSession session) { // expect: crypto/tls-verification-off
                return true;
            }
        });
    }

    public void oneHost(HttpsURLConnection connection) {
        connection.setHostnameVerifier((host, session) -> "db.acme.example".equals(host));
    }

    static class Pinned implements X509TrustManager {
        private final X509TrustManager platform;

        Pinned(X509TrustManager platform) {
            this.platform = platform;
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            platform.checkServerTrusted(chain, type);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return platform.getAcceptedIssuers();
        }
    }
}
