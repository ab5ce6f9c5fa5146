<?php
class Hooks
{
    public function stripe($request, string $secret): void
    {
        $signature = hash_hmac('sha256', $request->getContent(), $secret);
        if ($signature == $request->header('Stripe-Signature')) { // expect: crypto/timing-unsafe-compare
            $this->accept();
        }
    }

    public function github($request, string $secret): void
    {
        $sent = $request->header('X-Hub-Signature-256');
        $made = 'sha256=' . hash_hmac('sha256', $request->getContent(), $secret);
        if (strcmp($made, $sent) !== 0) { // expect: crypto/timing-unsafe-compare
            $this->refuse();
        }
    }

    public function fine($request, string $secret): void
    {
        $made = 'sha256=' . hash_hmac('sha256', $request->getContent(), $secret);
        if (!hash_equals($made, $request->header('X-Hub-Signature-256'))) {
            $this->refuse();
        }
        if ($request->input('token') === null || $_GET['page'] == $this->page) {
            $this->accept();
        }
    }
}
