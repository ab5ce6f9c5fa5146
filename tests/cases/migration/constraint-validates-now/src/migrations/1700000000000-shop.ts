import { MigrationInterface, QueryRunner, Table, TableColumn, TableIndex } from "typeorm";

export class Shop1700000000000 implements MigrationInterface {
  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE TABLE "refund" ("id" uuid PRIMARY KEY, "order_id" uuid)`);
    await queryRunner.query(`CREATE INDEX "refund_order" ON "refund" ("order_id")`);
    await queryRunner.query(`ALTER TABLE "refund" ADD CONSTRAINT "a" FOREIGN KEY ("order_id") REFERENCES "order" ("id")`);
    // expect: migration/constraint-validates-now
    await queryRunner.query(`ALTER TABLE "order" ADD CONSTRAINT "b" FOREIGN KEY ("shop_id") REFERENCES "shop" ("id")`);
    await queryRunner.query(`ALTER TABLE "order" ADD CONSTRAINT "c" CHECK (total > 0) NOT VALID`);
    // expect: migration/index-not-concurrent
    await queryRunner.query(`CREATE INDEX "order_shop" ON "order" ("shop_id")`);
    await queryRunner.query(
      `
      ALTER TABLE "order"
        ADD "state" text NOT NULL, -- expect: migration/not-null-without-default
        ALTER COLUMN "number" TYPE bigint, -- expect: migration/type-change-rewrite
        ALTER COLUMN "title" SET NOT NULL -- expect: migration/set-not-null-scan
      `,
    );
    await queryRunner.query("ALTER TABLE \"order\" RENAME COLUMN \"sum\" TO \"total\""); // expect: migration/rename-in-place
    // expect: migration/not-null-without-default
    await queryRunner.addColumn("order", new TableColumn({ name: "a", type: "int" }));
    await queryRunner.addColumn("order", new TableColumn({ name: "b", type: "int", default: 0 }));
    await queryRunner.createTable(new Table({ name: "fee", columns: [{ name: "id", type: "int" }] }));
    await queryRunner.createIndex("fee", new TableIndex({ columnNames: ["id"] }));
    await queryRunner.createIndex("order", new TableIndex({ columnNames: ["a"] })); // expect: migration/index-not-concurrent
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE "refund"`);
    await queryRunner.dropColumn("order", "a");
  }
}
