module Types
  class QueryType < GraphQL::Schema::Object
    field :orders, [Types::Order], null: false # expect: graphql/list-field-unpaged
    field :open_orders, [Types::Order, null: true], null: false # expect: graphql/list-field-unpaged
    field :countries, [Types::Country], null: false
    field :paged, Types::Order.connection_type
    field :found, [Types::Order], null: false, resolver: Resolvers::Orders
    field :latest, [Types::Order], null: false do
      argument :limit, Integer, required: false
    end
  end
end
