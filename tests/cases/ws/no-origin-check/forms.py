import socketio
from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import OriginValidator
from flask_socketio import SocketIO

ProtocolTypeRouter({"websocket": AuthMiddlewareStack(URLRouter(routes))})  # expect: ws/no-origin-check
SocketIO(app, cors_allowed_origins="*")  # expect: ws/no-origin-check
socketio.AsyncServer(cors_allowed_origins="*")  # expect: ws/no-origin-check

# Nothing to see.
ProtocolTypeRouter({"websocket": OriginValidator(AuthMiddlewareStack(URLRouter(routes)), ["shop.example"])})
ProtocolTypeRouter({"websocket": TokenStack(URLRouter(routes))})
ProtocolTypeRouter({"http": application})
SocketIO(app)
SocketIO(app, cors_allowed_origins=settings.origins)
