<?php
use GuzzleHttp\Client;
use GuzzleHttp\RequestOptions;
use Illuminate\Support\Facades\Http;

class Rates
{
    public function __construct(private Client $given)
    {
    }

    public function load(): void
    {
        $client = new Client(); // expect: http-client/no-timeout
        $client->get('https://rates.example');
        (new Client(['base_uri' => 'https://rates.example']))->get('/eur'); // expect: http-client/no-timeout
    }

    public function endless(): void
    {
        new \GuzzleHttp\Client(['timeout' => 0]); // expect: http-client/no-timeout
    }

    public function limited(array $options): void
    {
        new Client(['timeout' => 5]);
        new Client([RequestOptions::TIMEOUT => 5]);
        new Client($options);
        new Client([...$options]);
        $this->given->get('https://rates.example');
        Http::get('https://rates.example');
    }

    public function limitedLater(): void
    {
        $client = new Client();
        $options = ['timeout' => 5];
        $client->request('GET', 'https://rates.example', $options);
    }
}

function endless(): void
{
    $handle = curl_init(); // expect: http-client/no-timeout
    curl_setopt($handle, CURLOPT_CONNECTTIMEOUT, 5);
    curl_exec($handle);
}

function bounded(array $options): void
{
    $handle = curl_init();
    curl_setopt_array($handle, [CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => 5]);
    curl_exec($handle);
}

function unseen(array $options): void
{
    $handle = curl_init();
    curl_setopt_array($handle, $options);
    curl_exec($handle);
}
