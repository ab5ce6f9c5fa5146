using Microsoft.EntityFrameworkCore.Migrations;

namespace Shop.Migrations;

public partial class Drops : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql("UPDATE \"Orders\" SET \"Reason\" = 0; ALTER TABLE \"Orders\" ALTER COLUMN \"Reason\" SET DEFAULT 0;");
    }

    protected override void Down(MigrationBuilder migrationBuilder) // expect: migration/irreversible
    {
    }
}
