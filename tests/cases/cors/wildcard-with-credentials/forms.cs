services.AddCors(options => options.AddPolicy("open", policy => policy
    .AllowAnyHeader()
    .SetIsOriginAllowed(origin => true) // expect: cors/wildcard-with-credentials
    .AllowCredentials()));

// Nothing to see.
services.AddCors(options => options.AddPolicy("read", policy => policy.SetIsOriginAllowed(_ => true)));
services.AddCors(options => options.AddPolicy("own", policy => policy
    .SetIsOriginAllowed(origin => hosts.Contains(new Uri(origin).Host))
    .AllowCredentials()));
