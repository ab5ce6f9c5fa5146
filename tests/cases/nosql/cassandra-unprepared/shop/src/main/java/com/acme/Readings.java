package com.acme;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;

class Readings {
    private CqlSession session;

    void read(String sensor, String table) {
        session.execute("SELECT value FROM readings WHERE sensor = '" + sensor + "'"); // expect: nosql/cassandra-unprepared
        session.execute(SimpleStatement.newInstance("DELETE FROM readings WHERE sensor = '" + sensor + "'")); // expect: nosql/cassandra-unprepared
        session.execute("TRUNCATE " + table);
        session.execute(SimpleStatement.newInstance("SELECT value FROM readings WHERE sensor = ?", sensor));
        session.execute("SELECT value FROM readings LIMIT 1");
    }
}
