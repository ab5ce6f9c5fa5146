<?php
function signIn(array $users): void
{
    $user = $users[$_POST['name']] ?? null;
    if ($user !== null && password_verify($_POST['password'], $user['hash'])) {
        $_SESSION['username'] = $user['name']; // expect: session/fixation
        $_SESSION['user_id'] = $user['id'];
    }
}

function remember(string $language): void
{
    $_SESSION['user_language'] = $language;
    $_SESSION['login_attempts'] = 0;
}

function leave(): void
{
    $_SESSION['user_id'] = null;
}
