import { MigrationInterface, QueryRunner, TableColumn } from "typeorm";

export class Columns1700000000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner) {
    // expect: migration/not-null-without-default
    await queryRunner.addColumns("orders", [
      new TableColumn({ name: "currency", type: "text" }),
      new TableColumn({ name: "note", type: "text", isNullable: true }),
    ]);
    // expect: migration/rename-in-place
    await queryRunner.changeColumn("orders", "sum", new TableColumn({ name: "total", type: "int" }));
  }

  async down(queryRunner: QueryRunner) {
    await queryRunner.dropColumn("orders", "currency");
  }
}
