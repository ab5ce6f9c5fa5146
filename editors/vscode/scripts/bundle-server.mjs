// Puts the server's wheel into bundled/, and with --dependencies the wheels it needs on this
// platform and this Python, so that the extension can install it offline (a platform build).
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, "../../..");
const bundled = path.resolve(here, "../bundled");
const python = process.env.PYTHON ?? "python3";
const pip = (...args) =>
  execFileSync(python, ["-m", "pip", "--disable-pip-version-check", "-q", ...args], { stdio: "inherit" });

rmSync(bundled, { recursive: true, force: true });
mkdirSync(bundled, { recursive: true });
if (process.argv.includes("--dependencies")) pip("wheel", "-w", bundled, root);
else pip("wheel", "--no-deps", "-w", bundled, root);
