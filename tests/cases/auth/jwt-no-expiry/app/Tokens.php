<?php
use Firebase\JWT\JWT;

class Tokens
{
    public function access($user): string
    {
        return JWT::encode(['sub' => $user->id], $this->key, 'HS256'); // expect: auth/jwt-no-expiry
    }

    public function built($user): string
    {
        $claims = ['sub' => $user->id];
        return JWT::encode($claims, $this->key, 'HS256'); // expect: auth/jwt-no-expiry
    }

    public function limited($user, array $claims): void
    {
        JWT::encode(['sub' => $user->id, 'exp' => time() + 60], $this->key, 'HS256');
        JWT::encode([...$claims], $this->key, 'HS256');
        JWT::encode($claims, $this->key, 'HS256');
    }

    public function limitedLater($user): string
    {
        $payload = ['sub' => $user->id];
        $payload['exp'] = time() + 60;
        return JWT::encode($payload, $this->key, 'HS256');
    }
}
