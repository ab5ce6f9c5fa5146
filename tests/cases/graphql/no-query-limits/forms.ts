import { ApolloServer } from "apollo-server-express";
import { graphqlHTTP } from "express-graphql";

const plain = new ApolloServer({ schema, plugins: [logging] }); // expect: graphql/no-query-limits
app.use("/graphql", graphqlHTTP({ schema, graphiql: false })); // expect: graphql/no-query-limits

// Nothing to see.
const limited = new ApolloServer({ schema, validationRules: rules });
const hidden = new ApolloServer({ schema, plugins });
const options = new ApolloServer(config);
const spread = new ApolloServer({ schema, ...config });
