<?php
return [
    'a' => env('STRIPE_SECRET', 'let-me-in-now'), // expect: secrets/weak-default-fallback
    'b' => getenv('APP_SECRET') ?: 'let-me-in-now', // expect: secrets/weak-default-fallback
    'c' => $_ENV['APP_SECRET'] ?? 'let-me-in-now', // expect: secrets/weak-default-fallback
    'd' => env('APP_SECRET'),
    'e' => env('APP_SECRET', ''),
    'f' => env('APP_SECRET', null),
    'g' => env('APP_NAME', 'shop'),
];
