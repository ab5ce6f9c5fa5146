import { ApolloServer } from "@apollo/server";
import { buildSchema, GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLString } from "graphql";
import { builder } from "./builder";
import { money } from "./money";

const typeDefs = /* GraphQL */ `
  ${money}
  type Query {
    orders: [Order!]! # expect: graphql/list-field-unpaged
    ordersOf(customer: ID!, limit: Int = 50): [Order!]!
    colours: [String!]!
    roles: [Role!]!
  }
  type Order {
    id: ID!
  }
  type Role {
    id: ID!
  }
`;
const server = new ApolloServer({ typeDefs, resolvers, validationRules: [depthLimit(8)] });

export const old = buildSchema(`
  type Query {
    invoices: [Invoice] # expect: graphql/list-field-unpaged
  }
  type Invoice { id: ID! }
`);

const client = gql`
  query Orders { orders { id } }
`;

export const Root = new GraphQLObjectType({
  name: "RootQuery",
  fields: {
    // expect: graphql/list-field-unpaged
    orders: { type: new GraphQLNonNull(new GraphQLList(OrderType)), resolve: () => Order.all() },
    newest: { type: new GraphQLList(OrderType), resolve: () => Order.all({ limit: 20 }) },
    names: { type: new GraphQLList(GraphQLString), resolve: () => Order.names() },
  },
});

export const Other = new GraphQLObjectType({
  name: "Basket",
  fields: { items: { type: new GraphQLList(ItemType) } },
});

builder.queryType({
  fields: (t) => ({
    orders: t.field({ type: [Order], resolve: () => db.orders() }), // expect: graphql/list-field-unpaged
    page: t.field({ type: [Order], args: { take: t.arg.int() }, resolve: (_, args) => db.page(args) }),
    order: t.field({ type: Order, resolve: () => db.order() }),
  }),
});

builder.objectType(Basket, {
  fields: (t) => ({ items: t.field({ type: [Item], resolve: (basket) => basket.items }) }),
});
