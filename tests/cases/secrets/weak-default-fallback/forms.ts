import { ConfigService } from "@nestjs/config";

const a = process.env.JWT_SECRET || "change-this-key"; // expect: secrets/weak-default-fallback
const b = process.env.JWT_SECRET ?? "change-this-key"; // expect: secrets/weak-default-fallback
const c = process.env["DB_PASSWORD"] || "postgres"; // expect: secrets/weak-default-fallback
const { SESSION_SECRET = "change-this-key" } = process.env; // expect: secrets/weak-default-fallback

export class Tokens {
  constructor(private readonly config: ConfigService) {}
  key() {
    return this.config.get("JWT_SECRET", "change-this-key"); // expect: secrets/weak-default-fallback
  }
}

// Nothing to see.
process.env.JWT_SECRET;
process.env.JWT_SECRET || "";
process.env.JWT_SECRET || randomBytes(32).toString("hex");
process.env.LOG_LEVEL || "info";
process.env.TOKEN_URL || "https://auth.example";
options.password || "plain";
const { JWT_SECRET: signing, SESSION_SECRET = "changeme-123", PORT = "3000" } = process.env; // expect: secrets/weak-default-fallback
