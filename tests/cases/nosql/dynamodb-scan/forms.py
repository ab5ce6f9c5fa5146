import boto3

client = boto3.client("dynamodb")
orders = boto3.resource("dynamodb").Table("orders")


def find(customer):
    orders.scan(FilterExpression=customer)  # expect: nosql/dynamodb-scan
    client.scan(TableName="orders")  # expect: nosql/dynamodb-scan

    # Nothing to see.
    orders.scan(Limit=1)
    client.scan(TableName="app_settings")
    client.scan(TableName="orders", Segment=0, TotalSegments=4)
    orders.query(KeyConditionExpression=customer)


def export_orders():
    return orders.scan()
