<?php
define('DB_PASSWORD', 'Tr4il-mix-2031'); // expect: secrets/hardcoded-credential
$link = mysqli_connect('db', 'shop', 'orders2031'); // expect: secrets/hardcoded-credential
$settings = ['password' => 'Tr4il-mix-2031']; // expect: secrets/hardcoded-credential

class Database
{
    private string $apiSecret = 'k7Qz81LmPx02VbNs44TtYw'; // expect: secrets/hardcoded-credential
    protected array $rules = ['password' => 'required|string|min:8'];
    protected $hidden = ['password', 'remember_token'];
    private array $labels = ['password' => 'パスワードは6文字以上'];
}

new PDO('mysql:host=db', 'shop', getenv('DB_PASSWORD'));
$settings = ['password' => env('DB_PASSWORD'), 'token' => 'changeme'];
