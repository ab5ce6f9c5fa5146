using BC = BCrypt.Net.BCrypt;

var a = BCrypt.Net.BCrypt.HashPassword(password, 4); // expect: auth/weak-password-hash-cost
var b = BC.HashPassword(password, workFactor: 9); // expect: auth/weak-password-hash-cost
var c = BCrypt.Net.BCrypt.EnhancedHashPassword(password, 6); // expect: auth/weak-password-hash-cost

// Nothing to see.
var d = BCrypt.Net.BCrypt.HashPassword(password);
var e = BC.HashPassword(password, 12);
var f = BC.HashPassword(password, cost);
