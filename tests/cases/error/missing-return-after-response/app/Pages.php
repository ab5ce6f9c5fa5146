<?php
function forwards(): void
{
    if (!$GLOBALS['user']) {
        header('Location: /login'); // expect: error/missing-return-after-response
    }
    echo 'secret';
}

function forwardsWithStatus(string $to): void
{
    if ($to !== '') {
        header("Location: $to", true, 303);
        http_response_code(303);
        exit;
    }
    echo 'shown';
}

function forwardsLast(): void
{
    save();
    header('Location: /done');
}

function forwardsOrShows(bool $isDone): void
{
    if ($isDone) {
        header('Location: /done');
    } else {
        echo 'not yet';
    }
}

function returns(): void
{
    if (!$GLOBALS['user']) {
        header('Location: /login');
        return;
    }
    header('Content-Type: text/plain');
    echo 'secret';
}

function answers(): mixed
{
    if (!$GLOBALS['user']) {
        response()->json(['error' => 'no'], 401); // expect: error/missing-return-after-response
    }
    response()->json(['error' => 'no'], 401)->send();
    return response()->json(['ok' => true]);
}
