import strawberry
from ariadne.asgi import GraphQL
from graphene_django.views import GraphQLView

schema = strawberry.Schema(query=Query, extensions=[Tracing])  # expect: graphql/no-query-limits
app = GraphQL(schema, debug=False)  # expect: graphql/no-query-limits

# Nothing to see.
view = GraphQLView.as_view(validation_rules=rules)
other = strawberry.Schema(query=Query, extensions=extensions)
