using Microsoft.EntityFrameworkCore.Migrations;
// Npgsql
public partial class Shop : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        // expect: migration/not-null-without-default
        migrationBuilder.AddColumn<string>(name: "City", table: "Orders", nullable: false);
        migrationBuilder.AddColumn<string>(name: "Zip", table: "Orders", nullable: false, defaultValue: "");
        migrationBuilder.AddColumn<string>(name: "Street", table: "Orders", nullable: true);
        migrationBuilder.RenameColumn(name: "Sum", table: "Orders", newName: "Total"); // expect: migration/rename-in-place
        migrationBuilder.RenameTable(name: "Clients", newName: "Customers"); // expect: migration/rename-in-place
        migrationBuilder.DropColumn(name: "Fax", table: "Orders"); // expect: migration/destructive-drop
        migrationBuilder.DropTable(name: "Coupons"); // expect: migration/destructive-drop
        migrationBuilder.CreateTable(name: "Fees", columns: table => new { Id = table.Column<int>(nullable: false) });
        migrationBuilder.CreateIndex(name: "A", table: "Fees", column: "Id");
        migrationBuilder.CreateIndex(name: "B", table: "Orders", column: "City"); // expect: migration/index-not-concurrent
        // expect: migration/set-not-null-scan
        migrationBuilder.AlterColumn<string>(name: "Note", table: "Orders", nullable: false, oldNullable: true);
        // expect: migration/type-change-rewrite
        migrationBuilder.AlterColumn<long>(name: "Number", table: "Orders", type: "bigint", oldType: "integer");
        migrationBuilder.AlterColumn<string>(name: "Text", table: "Orders", type: "text", oldType: "varchar(10)");
        migrationBuilder.Sql("UPDATE \"Orders\" SET \"Zip\" = '0' WHERE \"Id\" = 1");
    }

    protected override void Down(MigrationBuilder migrationBuilder) // expect: migration/irreversible
    {
    }
}
