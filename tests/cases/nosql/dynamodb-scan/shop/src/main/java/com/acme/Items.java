package com.acme;

import software.amazon.awssdk.enhanced.dynamodb.DynamoDbTable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;

class Items {
    private DynamoDbClient client;
    private DynamoDbTable<Item> table;

    Object open() {
        return client.scan(ScanRequest.builder().tableName("items").build()); // expect: nosql/dynamodb-scan
    }

    Object all() {
        return table.scan().items(); // expect: nosql/dynamodb-scan
    }

    Object one(QueryRequest request) {
        return client.query(request);
    }
}
