<?php
use App\Models\Product;
use Doctrine\ORM\EntityManagerInterface;
use Illuminate\Support\Facades\DB;

class Carts
{
    public function __construct(private EntityManagerInterface $entities)
    {
    }

    public function load(array $ids, array $tables): void
    {
        foreach ($ids as $id) {
            Product::find($id); // expect: orm/query-in-loop
            $key = $id * 2;
            Product::where('key', $key)->first(); // expect: orm/query-in-loop
            DB::select('select name from products where id = ?', [$id]); // expect: orm/query-in-loop
            DB::update('update products set seen = 1 where id = ?', [$id]);
            $this->entities->find(Product::class, $id); // expect: orm/query-in-loop
            Product::count();
            $this->queryFor($id)->where('a', 1)->get();
        }
        array_map(fn ($id) => Product::findOrFail($id), $ids); // expect: orm/query-in-loop
        collect($ids)->map(function ($id) {
            return Product::find($id); // expect: orm/query-in-loop
        });
        foreach (Product::where('a', 1)->get() as $product) {
            echo $product->name;
        }
        foreach (array_chunk($ids, 500) as $chunk) {
            Product::whereIn('id', $chunk)->get();
        }
        foreach ([1, 2] as $id) {
            Product::find($id);
        }
        for ($page = 1; $page < 9; $page++) {
            Product::where('page', $page)->get();
        }
    }

    private function queryFor($id)
    {
        return Product::query();
    }
}
