import { SAML } from "@node-saml/node-saml";

new SAML({ idpCert, wantAssertionsSigned: false, wantAuthnResponseSigned: false }); // expect: auth/saml-signature-optional
new SAML({ idpCert, wantAuthnResponseSigned: false }); // expect: auth/saml-signature-optional (info)

// Nothing to see.
new SAML({ idpCert, wantAssertionsSigned: true });
new SAML({ idpCert });
new SAML({ idpCert, wantAssertionsSigned: true, wantAuthnResponseSigned: false });
new SAML({ idpCert, wantAssertionsSigned: false }); // expect: auth/saml-signature-optional (info)
