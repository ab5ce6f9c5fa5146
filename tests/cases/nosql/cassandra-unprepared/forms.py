from cassandra.cluster import Cluster
from cassandra.query import SimpleStatement

session = Cluster(["db"]).connect("shop")
TABLE = "users"


def load(name, id, keyspace):
    session.execute("SELECT * FROM users WHERE name = '%s'" % name)  # expect: nosql/cassandra-unprepared
    session.execute_async("SELECT * FROM users WHERE id = " + id)  # expect: nosql/cassandra-unprepared
    query = f"DELETE FROM {keyspace}.users WHERE id = {id}"
    session.execute(query)  # expect: nosql/cassandra-unprepared
    statement = SimpleStatement("SELECT * FROM users WHERE id = {}".format(id))  # expect: nosql/cassandra-unprepared

    # Nothing to see.
    session.execute(f"SELECT * FROM {TABLE} WHERE id = %s", (id,))
    session.execute(f"TRUNCATE TABLE {keyspace}.users")
    session.execute("SELECT * FROM users WHERE id = %s", [id])
    prepared = session.prepare("SELECT * FROM users WHERE id = ?")
    session.execute(prepared, [id])
    return statement
