import { DynamoDBClient, ScanCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import AWS from "aws-sdk";

const client = new DynamoDBClient({});
const documents = new AWS.DynamoDB.DocumentClient();

export async function find(customer: string) {
  await client.send(new ScanCommand({ TableName: "orders" })); // expect: nosql/dynamodb-scan
  await documents.scan({ TableName: "orders" }).promise(); // expect: nosql/dynamodb-scan

  // Nothing to see.
  await client.send(new QueryCommand({ TableName: "orders" }));
  await client.send(new ScanCommand({ TableName: "feature-flags" }));
  await client.send(new ScanCommand({ TableName: "orders", Limit: 1 }));
}
