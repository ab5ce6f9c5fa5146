import crypto from "crypto";

crypto.generateKeyPair("rsa", { modulusLength: 1024 }, done); // expect: crypto/weak-key-size
crypto.generateKeyPairSync("rsa", { modulusLength: 2048 });
crypto.generateKeyPairSync("ec", { namedCurve: "P-256" });
crypto.generateKeyPairSync("rsa", options);
