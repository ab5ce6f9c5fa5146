<?php
use App\Models\Order;
use App\Models\Post;

class Overview
{
    public function all(): void
    {
        foreach (Order::all() as $order) {
            echo $order->customer->name; // expect: orm/n-plus-one
        }
        $posts = Post::where('published', true)->latest()->get();
        foreach ($posts as $number => $post) {
            echo $number, $post->comments->count(); // expect: orm/n-plus-one
        }
    }

    public function loaded(): void
    {
        $posts = Post::where('published', true)->get();
        $posts->load('comments');
        foreach ($posts as $post) {
            echo count($post->comments);
        }
        foreach (Post::with(['author'])->get() as $post) {
            echo $post->author->name;
        }
        foreach (Post::query()->get() as $post) {
            $post->loadMissing('author');
            echo $post->author->name;
        }
    }

    public function plain(): void
    {
        foreach (Order::all() as $order) {
            echo $order->title, $order->created_at->format('Y'), $order->created_at->year;
            echo $order->pivot->amount, $order->status->value, $order->author_id;
            $order->total->add(1);
        }
        foreach ($this->orders as $order) {
            echo $order->customer->name;
        }
    }
}
