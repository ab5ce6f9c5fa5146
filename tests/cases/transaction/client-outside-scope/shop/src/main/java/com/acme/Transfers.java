package com.acme;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.transaction.support.TransactionTemplate;

class Transfers {
    private DataSource dataSource;
    private TransactionTemplate transactionTemplate;

    void move(long from, long to) throws SQLException {
        Connection connection = dataSource.getConnection();
        connection.setAutoCommit(false);
        try {
            take(connection, from);
            give(dataSource.getConnection(), to); // expect: transaction/client-outside-scope
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        }
        audit(dataSource.getConnection());
    }

    void ledger(long amount) {
        transactionTemplate.execute(status -> {
            book(DriverManager.getConnection("jdbc:postgresql://db/ledger"), amount); // expect: transaction/client-outside-scope
            return null;
        });
    }

    void reading(long id) throws SQLException {
        Connection connection = dataSource.getConnection(); // expect: pool/connection-not-released
        connection.setAutoCommit(true);
        show(dataSource.getConnection(), id);
    }
}
