<?php

$dir = __DIR__ . '/uploads/';
$name = $_GET['file'];

readfile($dir . $name); // expect: injection/path-traversal
readfile($dir . basename($name));

$path = realpath($dir . $name);
if ($path === false || strpos($path, $dir) !== 0) {
    http_response_code(404);
    exit;
}
readfile($path);

if (isset($_FILES['photo'])) {
    $photo = $_FILES['photo'];
    $extension = strtolower(pathinfo($photo['name'], PATHINFO_EXTENSION));
    if (in_array($extension, ['jpg', 'png'], true)) {
        move_uploaded_file($photo['tmp_name'], $dir . bin2hex(random_bytes(8)) . '.' . $extension);
    }
    move_uploaded_file($photo['tmp_name'], $dir . $photo['name']); // expect: injection/path-traversal
}

file_put_contents($dir . (int) $_POST['id'] . '.txt', $_POST['text']);
