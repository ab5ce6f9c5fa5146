<?php
$shop = new PDO($dsn);
$shop->prepare("SELECT id FROM orders WHERE YEAR(placed_at) = ?"); // expect: sql/unindexable-predicate
$shop->prepare("SELECT id FROM orders o JOIN days d ON CAST(o.day AS DATE) = ?"); // expect: sql/unindexable-predicate
$shop->prepare("SELECT id FROM customers WHERE LOWER(mail) = ?"); // expect: sql/unindexable-predicate
$shop->prepare("SELECT id FROM customers WHERE mail LIKE '%@example.org'"); // expect: sql/unindexable-predicate
$shop->prepare("SELECT id FROM customers WHERE mail LIKE '%' || ?"); // expect: sql/unindexable-predicate
$shop->prepare("SELECT id FROM customers WHERE mail LIKE 'a%'");
$shop->prepare("SELECT YEAR(placed_at) FROM orders WHERE placed_at > ? GROUP BY YEAR(placed_at)");
$shop->prepare("SELECT id FROM orders WHERE placed_at > DATE(?)");
$shop->prepare("SELECT id FROM orders WHERE placed_at = LOWER('A') AND total > ABS(?)");
$shop->prepare("SELECT CASE WHEN LOWER(a) = 'x' THEN 1 END FROM orders WHERE id = ?");
