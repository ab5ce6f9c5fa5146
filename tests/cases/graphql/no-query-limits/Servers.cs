using GraphQL;
using GraphQL.MicrosoftDI;

namespace Shop.Web;

public static class Servers
{
    public static void AddOpen(this IServiceCollection services)
    {
        services.AddGraphQL(builder => // expect: graphql/no-query-limits
        {
            builder.AddSchema<ShopSchema>();
            builder.AddSystemTextJson();
            builder.AddDataLoader();
        });
    }

    // Nothing to see: what it is told stands elsewhere.
    public static void AddElsewhere(this IServiceCollection services, Action<IGraphQLBuilder> configure)
    {
        services.AddGraphQL(configure);
    }
}
