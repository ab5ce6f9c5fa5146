using Microsoft.EntityFrameworkCore.Migrations;

namespace Shop.Migrations;

// Nothing to see: nothing is done, so nothing is to be taken back.
public partial class Nothing : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {

    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {

    }
}
