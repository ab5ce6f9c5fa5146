import { ApolloServer } from "@apollo/server";
import { ApolloArmor } from "@escape.tech/graphql-armor";

const protection = new ApolloArmor().protect();
const server = new ApolloServer({ schema });
