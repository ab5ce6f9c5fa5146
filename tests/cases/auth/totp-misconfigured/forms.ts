import speakeasy from "speakeasy";
import { TOTP } from "otpauth";

export function check(user: User, token: string) {
  speakeasy.totp.verify({ secret: "JBSWY3DPEHPK3PXP", token }); // expect: auth/totp-misconfigured
  new TOTP({ secret: user.secret }).validate({ token, window: 5 }); // expect: auth/totp-misconfigured

  // Nothing to see.
  speakeasy.totp.verify({ secret: user.secret, token, window: 1 });
}
