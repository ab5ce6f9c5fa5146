using System.Security.Cryptography;

var token = MD5.HashData(seed); // expect: crypto/weak-hash
var thing = SHA1.HashData(data); // expect: crypto/weak-hash (info)
using var md5 = MD5.Create(); // expect: crypto/weak-hash (info)

// Nothing to see.
var etag = MD5.HashData(body);
var good = SHA256.HashData(data);
