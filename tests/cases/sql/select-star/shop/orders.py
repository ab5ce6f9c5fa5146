import sqlite3

shop = sqlite3.connect("shop.db")
COLUMNS = "id, name"
ALL = "SELECT * FROM orders WHERE id = ?"


def read(name, order):
    # expect: sql/select-star
    shop.execute("SELECT * FROM customers WHERE name = ?", (name,))
    shop.execute(
        """
        -- expect: sql/select-star
        SELECT o.*, c.name
        FROM orders o JOIN customers c ON c.id = o.customer_id
        """
    )
    shop.execute(
        """
        SELECT c.name, o.* -- expect: sql/select-star
        FROM orders o JOIN customers c ON c.id = o.customer_id
        """
    )
    shop.execute(ALL, (order,))  # expect: sql/select-star
    shop.execute("SELECT COUNT(*) FROM customers")
    shop.execute("SELECT 1 WHERE EXISTS (SELECT * FROM customers)")
    shop.execute("WITH a AS (SELECT id FROM customers) SELECT * FROM a")
    shop.execute("SELECT * FROM (SELECT id FROM customers) b")
    shop.execute("SELECT * FROM generate_series(1, 10)")
    shop.execute(f"SELECT {COLUMNS} FROM customers")
    print("SELECT * FROM customers")


def export_docs(shop_text):
    return shop_text.execute("SELECT * FROM customers")
