using HotChocolate.AspNetCore;

// Nothing to see: HotChocolate counts costs by itself since version 14.
builder.Services.AddGraphQLServer().AddQueryType<Query>().AddFiltering();
app.MapGraphQL();
