import { createHmac } from "crypto";

export function webhook(req: Request, key: string) {
  const hash = createHmac("sha256", key).update(req.body).digest("hex");
  if (hash !== req.headers["x-signature"]) throw new Error(); // expect: crypto/timing-unsafe-compare
}

// Nothing to see.
export function sign(body: string, key: string) {
  const hash = createHmac("sha256", key).update(body).digest("hex");
  return hash.length === 64 ? hash : "";
}
