using Microsoft.EntityFrameworkCore.Migrations;

namespace Shop.Migrations;

// Nothing to see: values are set, the schema stays as it is.
public partial class Fills : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(@"UPDATE ""Orders"" SET ""Reason"" = 0 WHERE ""Reason"" IS NULL;");
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
    }
}
