<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\DB;
use Illuminate\Support\Facades\Schema;

return new class extends Migration
{
    public function up(): void
    {
        Schema::table('users', function (Blueprint $table) {
            $table->string('slug', 180);
            $table->integer('score');
            $table->integer('seen');
            $table->string('plan'); // expect: migration/not-null-without-default
        });
        DB::table('users')->update(['slug' => DB::raw('name')]);
        DB::statement('UPDATE users SET score = 1, seen = 2');

        DB::table('cache_entries')->truncate();
        Schema::table('cache_entries', function (Blueprint $table) {
            $table->integer('owner');
        });
        Schema::create('new_orders', function (Blueprint $table) {
            $table->id();
        });
        Schema::dropIfExists('orders');
        Schema::rename('new_orders', 'orders');
        Schema::dropIfExists('coupons'); // expect: migration/destructive-drop
    }

    public function down(): void
    {
        // What was there before is not known.
    }
};
