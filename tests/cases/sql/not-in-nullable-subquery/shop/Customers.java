package shop;

import java.sql.Connection;

class Customers {
    void read(Connection shop) throws Exception {
        // expect: sql/not-in-nullable-subquery
        shop.prepareStatement("SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM orders)");
        shop.prepareStatement("SELECT id FROM customers WHERE id NOT IN (SELECT id FROM closed)");
        shop.prepareStatement("SELECT id FROM customers WHERE id NOT IN (SELECT o.cid FROM orders o WHERE o.cid IS NOT NULL)");
        shop.prepareStatement("SELECT id FROM customers WHERE id IN (SELECT customer_id FROM orders)");
        shop.prepareStatement("SELECT id FROM customers WHERE id NOT IN (1, 2)");
        shop.prepareStatement("SELECT id FROM customers WHERE id NOT IN (SELECT MAX(customer_id) FROM orders)");
    }
}
