<?php
use Illuminate\Support\Facades\Validator;
use Symfony\Component\Validator\Validator\ValidatorInterface;

class Orders
{
    public function __construct(private ValidatorInterface $checks)
    {
    }

    public function symfony($order): array
    {
        $this->checks->validate($order); // expect: validation/annotation-not-triggered
        return iterator_to_array($this->checks->validate($order));
    }

    public function laravel(array $sent): bool
    {
        Validator::make($sent, ['a' => 'required']); // expect: validation/annotation-not-triggered
        Validator::make($sent, ['a' => 'required'])->validate();
        $forgotten = Validator::make($sent, ['a' => 'required']); // expect: validation/annotation-not-triggered
        $checked = Validator::make($sent, ['a' => 'required']);
        $handed = Validator::make($sent, ['a' => 'required']);
        $this->answer($handed);
        return $checked->fails();
    }

    public function other($validator, $order): void
    {
        $validator->validate($order);
    }

    private function made(array $sent)
    {
        return Validator::make($sent, ['a' => 'required']);
    }
}
