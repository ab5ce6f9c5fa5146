<?php
namespace App\Jobs;

use App\Models\Order;
use Illuminate\Contracts\Queue\ShouldQueue;
use Illuminate\Http\Request;

class Books implements ShouldQueue
{
    public function __construct(private string $when, private ?Order $order) // expect: job/rich-argument
    {
    }
}

class BooksById implements ShouldQueue
{
    public function __construct(private int $orderId)
    {
    }
}

class BooksLater extends BaseJob implements ShouldQueue
{
    public function __construct(private Order $order)
    {
    }
}

class BooksNow
{
    public function __construct(private Order $order)
    {
    }

    public function send(Request $request): void
    {
        dispatch(new Mails($request)); // expect: job/rich-argument
        dispatch(new Mails(request())); // expect: job/rich-argument
        dispatch(new Mails($request->input('mail'), request('name')));
        Books::dispatch($this->order);
    }
}
