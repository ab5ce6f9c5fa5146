var a = new HttpClientHandler
{
    ServerCertificateCustomValidationCallback = (message, certificate, chain, errors) => true, // expect: crypto/tls-verification-off
};
var b = new HttpClientHandler();
b.ServerCertificateCustomValidationCallback = (_, _, _, _) => { return true; }; // expect: crypto/tls-verification-off
b.ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator; // expect: crypto/tls-verification-off

// Nothing to see.
b.ServerCertificateCustomValidationCallback = (_, _, _, errors) => errors == SslPolicyErrors.None;
b.ServerCertificateCustomValidationCallback = Check;
if (builder.Environment.IsDevelopment())
{
    b.ServerCertificateCustomValidationCallback = (_, _, _, _) => true;
}
