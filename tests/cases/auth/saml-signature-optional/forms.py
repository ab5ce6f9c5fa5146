a = {"security": {"wantAssertionsSigned": False}}  # expect: auth/saml-signature-optional
b = {"security": {"wantAssertionsSigned": False, "wantMessagesSigned": True}}  # expect: auth/saml-signature-optional (info)
c = {"strict": False, "idp": {"entityId": "x"}, "sp": {}}  # expect: auth/saml-signature-optional
d = {"want_assertions_signed": False, "want_response_signed": False}  # expect: auth/saml-signature-optional
e = {"allow_unsolicited": True}  # expect: auth/saml-signature-optional (info)

# Nothing to see.
f = {"security": {"wantAssertionsSigned": True}}
g = {"strict": True, "idp": {}}
h = {"strict": False}
i = {"want_assertions_signed": False}
