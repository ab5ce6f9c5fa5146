import boto3

sqs = boto3.client("sqs")


def work(url, settings):
    while True:
        answer = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=0)  # expect: queue/sqs-misuse
        handle(answer)
        handle(sqs.receive_message(QueueUrl=url, WaitTimeSeconds=settings.wait))
        handle(sqs.receive_message(**settings.queue))
