<?php
use Illuminate\Support\Facades\Route;
use Slim\Factory\AppFactory;

Route::get('/orders/{order}', [OrderController::class, 'show']);
Route::get('/orders/open', [OrderController::class, 'open']); // expect: api/route-shadowed
Route::get('orders/late/', [OrderController::class, 'late']); // expect: api/route-shadowed
Route::post('/orders/import', [OrderController::class, 'import']);
Route::get('/orders/{order}/lines', [LineController::class, 'index']);
Route::get('/orders/open/lines', [LineController::class, 'open']); // expect: api/route-shadowed
Route::get('/bills/{bill}', [BillController::class, 'show'])->where('bill', '[0-9]+');
Route::get('/bills/open', [BillController::class, 'open']);
Route::prefix('admin')->group(function () {
    Route::get('/{page}', [AdminController::class, 'page']);
});
Route::get('/about', AboutController::class);
Route::resource('photos', PhotoController::class)->middleware('auth');
Route::get('/photos/popular', [PhotoController::class, 'popular']); // expect: api/route-shadowed
Route::get('/photos/{photo}/comments', [CommentController::class, 'index']);
Route::resource('tags', TagController::class, ['only' => ['index']]);
Route::get('/tags/popular', [TagController::class, 'popular']);
Route::resource('films', FilmController::class)->except(['show', 'edit']);
Route::get('/films/popular', [FilmController::class, 'popular']);

$app = AppFactory::create();
$app->get('/books/{id}', $show);
$app->get('/books/new', $new); // expect: api/route-shadowed
$app->get('/papers/{id:[0-9]+}', $show);
$app->get('/papers/new', $new);
