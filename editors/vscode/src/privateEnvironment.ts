// A Python environment of our own in the extension's storage, made when the user asks for it, from
// the wheel inside this extension. Offline when the wheels of its dependencies are inside, too.
import { execFile } from "node:child_process";
import { readdir, rename, rm } from "node:fs/promises";
import * as path from "node:path";
import { promisify } from "node:util";
import * as vscode from "vscode";
import { executable, isExecutable, scripts } from "./findServer";

const run = promisify(execFile);

const folder = (context: vscode.ExtensionContext) =>
  path.join(context.globalStorageUri.fsPath, "server");

/** Where our own server is once it is installed. */
export const privateServer = (context: vscode.ExtensionContext) =>
  path.join(folder(context), scripts, executable("backspec"));

/** Install or replace our own server, with progress. Throws an Error that says what to do. */
export async function install(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): Promise<void> {
  const bundled = path.join(context.extensionPath, "bundled");
  const wheels = (await readdir(bundled).catch(() => [])).filter((name) => name.endsWith(".whl"));
  const wheel = wheels.find((name) => name.startsWith("backspec-"));
  if (!wheel) throw new Error("This build of the extension carries no server. Install it with: pipx install backspec");
  const python = await findPython();
  if (!python) {
    throw new Error("No Python 3.10 or newer was found. Install one, or name it in the setting backspec.python.");
  }
  const target = folder(context);
  const fresh = `${target}.new`;
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: "backspec", cancellable: true },
    async (progress, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      const step = async (message: string, program: string, args: string[]) => {
        progress.report({ message });
        log.info(`${program} ${args.join(" ")}`);
        try {
          const { stdout, stderr } = await run(program, args, { signal: abort.signal, maxBuffer: 1 << 24 });
          if (stdout.trim()) log.debug(stdout);
          if (stderr.trim()) log.warn(stderr);
        } catch (error) {
          log.error(String((error as { stderr?: string }).stderr ?? error));
          throw new Error(abort.signal.aborted ? "Installing was cancelled." : `${message} failed; the log has the details.`);
        }
      };
      try {
        await vscode.workspace.fs.createDirectory(context.globalStorageUri);
        await rm(fresh, { recursive: true, force: true });
        await step("Making an environment", python, ["-m", "venv", "--copies", fresh]);
        // pip's console script holds an absolute path, so install after the folder has its name.
        await rm(target, { recursive: true, force: true });
        await rename(fresh, target);
        const inside = path.join(target, scripts, executable("python"));
        const pip = ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet"];
        const bundle = ["--find-links", bundled, path.join(bundled, wheel)];
        const offline = step("Installing the server", inside, [...pip, "--no-index", ...bundle]);
        // Wheels of another platform or Python are no use; the package index has the right ones.
        await offline.catch((error: unknown) => {
          if (abort.signal.aborted) throw error;
          return step("Fetching the server's dependencies", inside, [...pip, ...bundle]);
        });
      } catch (error) {
        await rm(fresh, { recursive: true, force: true });
        await rm(target, { recursive: true, force: true });
        throw error;
      }
    },
  );
}

/** A Python of at least 3.10: the one in the settings (trusted folders only), else from PATH. */
async function findPython(): Promise<string | undefined> {
  const setting = vscode.workspace.isTrusted
    ? vscode.workspace.getConfiguration("backspec").get<string>("python", "").trim()
    : "";
  const names = ["python3", "python", ...["3.14", "3.13", "3.12", "3.11", "3.10"].map((v) => `python${v}`)];
  const candidates = setting ? [setting] : await onPath(names);
  for (const candidate of candidates) {
    try {
      await run(candidate, ["-c", "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))"]);
      return candidate;
    } catch {
      continue;
    }
  }
  return undefined;
}

async function onPath(names: string[]): Promise<string[]> {
  const found: string[] = [];
  const folders = (process.env["PATH"] ?? "").split(path.delimiter).filter((entry) => path.isAbsolute(entry));
  for (const name of names) {
    for (const entry of folders) {
      const file = path.join(entry, executable(name));
      if (await isExecutable(file)) found.push(file);
    }
  }
  return found;
}
