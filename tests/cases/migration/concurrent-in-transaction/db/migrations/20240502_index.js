exports.up = async (knex) => {
  await knex.raw("CREATE INDEX CONCURRENTLY orders_by_state ON orders (state)"); // expect: migration/concurrent-in-transaction
  await knex.schema.alterTable("orders", (table) => {
    table.string("city").notNullable(); // expect: migration/not-null-without-default
    table.string("country").notNullable().defaultTo("CH");
    table.string("street").notNullable().alter(); // expect: migration/set-not-null-scan
    table.renameColumn("sum", "total"); // expect: migration/rename-in-place
    table.dropColumn("fax"); // expect: migration/destructive-drop
  });
  await knex.schema.createTable("fees", (table) => {
    table.string("city").notNullable();
  });
};

exports.down = async (knex) => {
  await knex.schema.dropTable("fees");
};
