<?php
use Illuminate\Support\Facades\Cache;
use Illuminate\Support\Facades\Redis;

Cache::put('rates', $rates); // expect: cache/no-expiry
Cache::add('rates', $rates); // expect: cache/no-expiry
cache()->put('rates', $rates, null); // expect: cache/no-expiry
Cache::forever('rates', $rates); // expect: cache/no-expiry
Redis::set('session:' . $id, $data); // expect: cache/no-expiry
$memcached = new Memcached();
$memcached->set('rates', $rates); // expect: cache/no-expiry

Cache::put('rates', $rates, 60);
Cache::put('rates', $rates, now()->addMinute());
Cache::put('rates', $rates, 0);
Cache::remember('rates', 60, fn () => load());
Cache::put('feature_flag', true);
Redis::set('session:' . $id, $data, 'EX', 60);
$memcached->set('rates', $rates, 60);
