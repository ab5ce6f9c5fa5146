using System;
using Microsoft.EntityFrameworkCore.Migrations;

public partial class Change : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<string>(
            name: "Key", table: "Reports", type: "longtext", nullable: false)
            .Annotation("MySql:CharSet", "utf8mb4");
        migrationBuilder.AddColumn<DateTime>( // expect: migration/not-null-without-default
            name: "PaidAt", table: "Reports", nullable: false);
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropColumn(name: "Key", table: "Reports");
    }
}
