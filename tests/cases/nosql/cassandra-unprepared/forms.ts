import cassandra from "cassandra-driver";

const client = new cassandra.Client({ contactPoints: ["db"], localDataCenter: "a" });

export async function load(name: string, options: object) {
  await client.execute("SELECT * FROM users WHERE name = '" + name + "'"); // expect: nosql/cassandra-unprepared (error)
  await client.execute("SELECT * FROM users WHERE name = ?", [name]); // expect: nosql/cassandra-unprepared (warning)

  // Nothing to see.
  await client.execute("SELECT * FROM users WHERE name = ?", [name], { prepare: true });
  await client.execute("SELECT * FROM users WHERE name = ?", [name], options);
  await client.execute("SELECT now() FROM system.local");
}
