import { WebSocketGateway } from "@nestjs/websockets";
import { Server } from "socket.io";

new Server(server, { cors: { origin: "*", credentials: true } }); // expect: ws/no-origin-check
new Server(server, { cors: { origin: true } }); // expect: ws/no-origin-check

@WebSocketGateway({ cors: true }) // expect: ws/no-origin-check
export class A {}

@WebSocketGateway(8080, { cors: { origin: "*" } }) // expect: ws/no-origin-check
export class B {}

// Nothing to see.
new Server(server);
new Server(server, { cors: { origin: "*" } });
new Server(server, { cors: { origin: "https://shop.example", credentials: true } });
new Server(server, { cors: { origin: true }, allowRequest: check });

@WebSocketGateway()
export class C {}
