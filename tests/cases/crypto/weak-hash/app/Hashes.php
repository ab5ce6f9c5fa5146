<?php
class Hashes
{
    public function all($user, $data): void
    {
        $token = md5($user->email . time()); // expect: crypto/weak-hash
        $name = sha1($data); // expect: crypto/weak-hash (info)
        $other = hash('md5', $data); // expect: crypto/weak-hash (info)
        $signature = hash_hmac('md5', $data, $key); // expect: crypto/weak-hash
        $etag = md5($data);
        $guard = 'login_' . sha1(static::class);
        $good = hash('sha256', $data);
        $chosen = hash($algorithm, $data);
        $mac = hash_hmac('sha1', $data, $key);
    }

    public function remembered($content): string
    {
        $hash = md5($content);
        return $this->cache->remember('page:' . $hash, 60, fn () => render($content));
    }
}

class CramMd5Authenticator
{
    public function answer(string $password, string $challenge): string
    {
        return md5($password . $challenge);
    }
}
