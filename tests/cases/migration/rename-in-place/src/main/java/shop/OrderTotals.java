package shop;

import liquibase.change.custom.CustomSqlChange;
import liquibase.change.custom.CustomSqlRollback;
import liquibase.database.Database;
import liquibase.statement.SqlStatement;
import liquibase.statement.core.RawSqlStatement;

public class OrderTotals implements CustomSqlChange, CustomSqlRollback {
    @Override
    public SqlStatement[] generateStatements(Database database) {
        return new SqlStatement[] {
            new RawSqlStatement("ALTER TABLE orders RENAME COLUMN sum TO total"), // expect: migration/rename-in-place
        };
    }

    @Override
    public SqlStatement[] generateRollbackStatements(Database database) {
        return new SqlStatement[] {
            new RawSqlStatement("ALTER TABLE orders RENAME COLUMN total TO sum"),
        };
    }
}
