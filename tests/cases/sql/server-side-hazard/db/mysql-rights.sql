CREATE USER 'shop'@'%' IDENTIFIED BY 'pX7rK2mQ'; -- expect: sql/server-side-hazard
GRANT ALL PRIVILEGES ON shop.* TO 'shop'@'%';
GRANT ALL PRIVILEGES ON *.* TO 'shop'@'%'; -- expect: sql/server-side-hazard
GRANT ALL ON *.* TO 'shop'@'localhost';
