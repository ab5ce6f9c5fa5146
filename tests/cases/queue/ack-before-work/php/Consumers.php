<?php
use Interop\Queue\Consumer;
use PhpAmqpLib\Channel\AMQPChannel;

class Consumers
{
    public function __construct(private AMQPChannel $channel, private Consumer $consumer)
    {
    }

    public function start(): void
    {
        $this->channel->basic_consume('orders', '', false, true, false, false, [$this, 'book']); // expect: queue/ack-before-work
        $this->channel->basic_consume(queue: 'orders', no_ack: true, callback: [$this, 'book']); // expect: queue/ack-before-work
        $this->channel->basic_consume('orders', '', false, false, false, false, [$this, 'book']);
        $this->channel->basic_consume('metrics', '', false, true, false, false, [$this, 'count']);
    }

    public function book($message): void
    {
        $this->channel->basic_ack($message->delivery_info['delivery_tag']); // expect: queue/ack-before-work
        $this->orders->book($message->body);
    }

    public function bookLater($message): void
    {
        if ($this->orders->knows($message->body)) {
            $message->ack();
            return;
        }
        $this->orders->book($message->body);
        $message->ack();
    }

    public function count($message): void
    {
        $message->ack();
    }
}
