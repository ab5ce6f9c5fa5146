<?php
use Illuminate\Support\Facades\Cache;

class Posts
{
    public function publish(Post $post, Author $author): void
    {
        Cache::forget('post.' . $post->id); // expect: cache/write-order
        $post->update(['published' => true]);

        Cache::forget('author.' . $author->id); // expect: cache/write-order
        // The author counts.
        $author->posts = 1;
        $author->save();
    }

    public function fine(Post $post, Author $author): void
    {
        Cache::forget('post.' . $post->id);
        $post->save();
        Cache::forget('post.' . $post->id);

        Cache::forget('menu');
        $author->save();

        Cache::forget('author');
        if ($author->isDirty()) {
            $author->save();
        }
        $post->save();
        Cache::forget('post.' . $post->id);
    }
}
