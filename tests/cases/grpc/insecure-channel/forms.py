import grpc

grpc.insecure_channel("orders.example:50051")  # expect: grpc/insecure-channel (warning)
grpc.insecure_channel(settings.target)  # expect: grpc/insecure-channel (info)
grpc.insecure_channel("orders.shop.svc:50051")  # expect: grpc/insecure-channel (info)
server = grpc.server(pool)
server.add_insecure_port("[::]:50051")  # expect: grpc/insecure-channel

# Nothing to see.
grpc.insecure_channel("localhost:50051")
grpc.insecure_channel("unix:/run/orders.sock")
server.add_insecure_port("127.0.0.1:50051")
grpc.secure_channel("orders.example:50051", credentials)
