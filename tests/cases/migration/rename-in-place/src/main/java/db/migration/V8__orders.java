package db.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

public class V8__orders extends BaseJavaMigration {
    private static final String RENAME = "ALTER TABLE orders RENAME COLUMN sum TO total";

    @Override
    public void migrate(Context context) throws Exception {
        try (Statement statement = context.getConnection().createStatement()) {
            statement.execute(RENAME); // expect: migration/rename-in-place
            statement.executeUpdate("ALTER TABLE clients RENAME TO customers"); // expect: migration/rename-in-place
            statement.execute("CREATE TABLE parcels (id bigint PRIMARY KEY, sum numeric)");
            statement.execute("ALTER TABLE parcels RENAME COLUMN sum TO total");
            statement.execute("ALTER TABLE parcels ADD COLUMN state text NOT NULL");
            statement.execute("CREATE INDEX ON parcels USING gin (state)");
            statement.execute("ALTER INDEX orders_pk RENAME TO orders_key");
        }
        prices(context.getConnection());
    }

    private void prices(Connection connection) throws Exception {
        JdbcTemplate template =
                new JdbcTemplate(new SingleConnectionDataSource(connection, true));
        template.execute("ALTER TABLE prices ADD COLUMN currency text NOT NULL"); // expect: migration/not-null-without-default
        template.execute("ALTER TABLE prices ADD COLUMN country text NOT NULL DEFAULT 'DE'");
        try (PreparedStatement one =
                connection.prepareStatement("CREATE INDEX prices_tags ON prices USING gin (tags jsonb_path_ops)")) { // expect: migration/index-not-concurrent
            one.execute();
        }
    }
}
