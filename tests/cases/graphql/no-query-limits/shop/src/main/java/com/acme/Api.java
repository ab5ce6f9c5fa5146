package com.acme;

import graphql.GraphQL;
import graphql.execution.AsyncExecutionStrategy;
import graphql.schema.GraphQLSchema;

class Api {
    GraphQL api(GraphQLSchema schema) {
        return GraphQL.newGraphQL(schema) // expect: graphql/no-query-limits
            .queryExecutionStrategy(new AsyncExecutionStrategy())
            .build();
    }
}
