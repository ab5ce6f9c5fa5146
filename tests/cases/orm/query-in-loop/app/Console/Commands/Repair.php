<?php
use App\Models\Product;

foreach ($ids as $id) {
    Product::find($id);
}
