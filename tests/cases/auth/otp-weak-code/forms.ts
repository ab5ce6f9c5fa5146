import { randomInt } from "crypto";

export function send(user: User) {
  const verificationCode = randomInt(1000, 9999); // expect: auth/otp-weak-code
  user.otp = Math.floor(Math.random() * 1000000).toString(); // expect: auth/otp-weak-code

  // Nothing to see.
  const loginCode = randomInt(100000, 1000000);
  const statusCode = 200 + Math.floor(Math.random() * 100);
  return [verificationCode, loginCode, statusCode];
}
