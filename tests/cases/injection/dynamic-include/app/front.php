<?php

$page = isset($_GET['page']) ? $_GET['page'] : 'home';
$routes = [
    'home' => 'pages/home.php',
    'cart' => 'pages/cart.php',
];

if (array_key_exists($page, $routes)) {
    require $routes[$page];
} else {
    require 'pages/404.php';
}

$lang = $_COOKIE['lang'] ?? 'en';
switch ($lang) {
    case 'de':
    case 'fr':
        include "lang/$lang.php";
        break;
    default:
        include 'lang/en.php';
}

$theme = str_replace('../', '', $_GET['theme'] ?? 'plain');
include 'themes/' . $theme . '/header.php'; // expect: injection/dynamic-include

spl_autoload_register(function ($class) {
    include 'src/' . str_replace('\\', '/', $class) . '.php';
});
