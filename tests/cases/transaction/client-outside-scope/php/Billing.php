<?php
use App\Models\Invoice;
use Illuminate\Support\Facades\DB;

class Billing
{
    public function bill(): void
    {
        DB::connection('billing')->transaction(function () {
            DB::connection('billing')->table('invoices')->insert(['a' => 1]);
            DB::connection('shop')->table('orders')->insert(['billed' => 1]); // expect: transaction/client-outside-scope
            DB::insert('insert into postings (a) values (1)'); // expect: transaction/client-outside-scope
            Invoice::create(['a' => 1]);
        });
        DB::transaction(function () {
            DB::table('orders')->where('id', 1)->update(['billed' => 1]);
            DB::connection()->table('orders')->where('id', 1)->update(['billed' => 1]);
            DB::connection('log')->table('entries')->insert(['a' => 1]);
        });
    }

    public function byHand(PDO $one, PDO $two): void
    {
        $one->beginTransaction();
        $one->exec('update a set b = 1 where c = 2');
        $two->exec('update a set b = 1 where c = 2'); // expect: transaction/client-outside-scope
        $rows = $two->query('select b from a where c = 2');
        $one->inTransaction() ? $one->commit() : $one->rollBack();
        $two->exec('update a set b = 1 where c = 3');
    }

    public function both(PDO $one, PDO $two): void
    {
        $one->beginTransaction();
        $two->beginTransaction();
        $one->exec('update a set b = 1 where c = 2');
        $two->exec('update a set b = 1 where c = 2');
        $one->commit();
        $two->commit();
        $one->rollBack();
    }
}
