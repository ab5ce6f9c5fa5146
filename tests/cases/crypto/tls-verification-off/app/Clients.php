<?php
use GuzzleHttp\Client;
use Illuminate\Support\Facades\Http;

function open($handle): void
{
    curl_setopt($handle, CURLOPT_SSL_VERIFYHOST, 0); // expect: crypto/tls-verification-off
    curl_setopt($handle, CURLOPT_SSL_VERIFYPEER, false);
}

function options(): array
{
    return [CURLOPT_SSL_VERIFYPEER => false]; // expect: crypto/tls-verification-off
}

function stream(): mixed
{
    return stream_context_create(['ssl' => ['verify_peer' => false]]); // expect: crypto/tls-verification-off
}

function clients(bool $verify): void
{
    new Client(['timeout' => 5, 'verify' => false]); // expect: crypto/tls-verification-off
    Http::withoutVerifying()->get('https://a.example'); // expect: crypto/tls-verification-off
    Http::withOptions(['verify' => false])->get('https://a.example'); // expect: crypto/tls-verification-off
    if (app()->environment('local')) {
        Http::withoutVerifying()->get('https://a.example'); // expect: crypto/tls-verification-off (info)
    }
    new Client(['timeout' => 5, 'verify' => $verify]);
    new Client(['timeout' => 5, 'verify' => '/etc/ssl/own.pem']);
}

function asked($handle): void
{
    if (!VERIFY_CERTIFICATES) {
        curl_setopt($handle, CURLOPT_SSL_VERIFYPEER, false);
    }
    curl_setopt($handle, CURLOPT_SSL_VERIFYPEER, 1);
    curl_setopt($handle, CURLOPT_SSL_VERIFYHOST, 2);
}
