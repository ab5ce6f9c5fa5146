import * as grpc from "@grpc/grpc-js";

new Client("orders.example:50051", grpc.credentials.createInsecure()); // expect: grpc/insecure-channel (warning)
new Client(target, grpc.credentials.createInsecure()); // expect: grpc/insecure-channel (info)
server.bindAsync("0.0.0.0:50051", grpc.ServerCredentials.createInsecure(), done); // expect: grpc/insecure-channel (warning)

// Nothing to see.
new Client("localhost:50051", grpc.credentials.createInsecure());
new Client("orders.example:50051", grpc.credentials.createSsl());
