<?php

require_once 'config.php';

class ProductRepository
{
    private $db;

    public function __construct($db)
    {
        $this->db = $db;
    }

    public function byName($name)
    {
        $sql = "SELECT * FROM products WHERE name LIKE '%" . $name . "%'";

        return $this->db->query($sql); // expect: injection/sql
    }

    public function byId($id)
    {
        $id = (int) $id;

        return $this->db->query("SELECT * FROM products WHERE id = $id");
    }

    public function sorted($column, $direction)
    {
        $allowed = ['name', 'price'];
        if (!in_array($column, $allowed, true)) {
            $column = 'name';
        }
        $direction = strtolower($direction) === 'desc' ? 'DESC' : 'ASC';

        return $this->db->query("SELECT * FROM products ORDER BY {$column} {$direction}");
    }

    public function inList(array $ids)
    {
        $marks = implode(',', array_fill(0, count($ids), '?'));
        $statement = $this->db->prepare("SELECT * FROM products WHERE id IN ($marks)");
        $statement->execute($ids);

        return $statement->fetchAll();
    }
}

$products = new ProductRepository($pdo);
$found = $products->byName($_GET['q']);
$one = $products->byId($_GET['id']);
$all = $products->sorted($_GET['sort'] ?? 'name', $_GET['dir'] ?? 'asc');

$filters = [];
if (!empty($_POST['city'])) {
    $filters[] = "city = '" . $_POST['city'] . "'";
}
if (!empty($_POST['zip'])) {
    $filters[] = 'zip = ' . intval($_POST['zip']);
}
$where = $filters ? 'WHERE ' . implode(' AND ', $filters) : '';
mysqli_query($link, "SELECT * FROM shops $where"); // expect: injection/sql

$name = mysqli_real_escape_string($link, $_POST['name']);
mysqli_query($link, "INSERT INTO shops (name) VALUES ('$name')");

$limit = max(1, min(50, (int) ($_GET['limit'] ?? 20)));
mysqli_query($link, "SELECT * FROM shops LIMIT $limit"); // expect: sql/limit-without-order
