import psycopg2

shop = psycopg2.connect("dbname=shop").cursor()


def read():
    # expect: sql/exists-by-count
    shop.execute("SELECT id FROM c WHERE (SELECT COUNT(*) FROM o WHERE o.c = c.id) > 0")
    shop.execute("SELECT id FROM c WHERE (SELECT COUNT(*) FROM o WHERE o.c = c.id) > 5")
    shop.execute("SELECT (SELECT COUNT(*) FROM o WHERE o.c = c.id) FROM c")
    shop.execute("SELECT COUNT(*) > 0 FROM c")
    shop.execute("SELECT id FROM c WHERE EXISTS (SELECT 1 FROM o WHERE o.c = c.id)")
