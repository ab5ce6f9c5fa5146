import https from "https";
import tls from "tls";

https.createServer({ key, cert, minVersion: "TLSv1.1" }); // expect: crypto/old-tls-version
tls.connect({ host, secureProtocol: "TLSv1_method" }); // expect: crypto/old-tls-version

// Nothing to see.
https.createServer({ key, cert, minVersion: "TLSv1.2" });
tls.connect({ host, secureProtocol: "TLS_method" });
