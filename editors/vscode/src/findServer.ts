// Finds the server to start. Order: setting, workspace's virtual environment, PATH, our own.
// In an untrusted folder only our own counts: the others can be chosen by the folder's author.
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import * as path from "node:path";
import * as vscode from "vscode";
import { privateServer } from "./privateEnvironment";

const windows = process.platform === "win32";
export const scripts = windows ? "Scripts" : "bin";
export const executable = (name: string) => (windows ? `${name}.exe` : name);

export interface Found {
  command: string;
  /** Where it came from, as the status item says it. */
  origin: string;
}

export async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, windows ? constants.F_OK : constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

/** The server to start, or undefined when there is none and one has to be installed. */
export async function findServer(context: vscode.ExtensionContext): Promise<Found | undefined> {
  if (vscode.workspace.isTrusted) {
    const found = (await fromSetting()) ?? (await fromVirtualEnvironment()) ?? (await fromPath());
    if (found) return found;
  }
  const own = privateServer(context);
  return (await isExecutable(own)) ? { command: own, origin: "installed by the extension" } : undefined;
}

async function fromSetting(): Promise<Found | undefined> {
  const setting = vscode.workspace.getConfiguration("backspec").get<string>("path", "").trim();
  if (!setting) return undefined;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
  const command = path.resolve(folder, setting.replaceAll("${workspaceFolder}", folder));
  if (await isExecutable(command)) return { command, origin: "setting backspec.path" };
  throw new Error(`The setting backspec.path names ${command}, which is not a program.`);
}

async function fromVirtualEnvironment(): Promise<Found | undefined> {
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    for (const name of [".venv", "venv", "env"]) {
      const command = path.join(folder.uri.fsPath, name, scripts, executable("backspec"));
      if (await isExecutable(command)) return { command, origin: `${folder.name}/${name}` };
    }
  }
  return undefined;
}

async function fromPath(): Promise<Found | undefined> {
  for (const folder of (process.env["PATH"] ?? "").split(path.delimiter)) {
    if (!path.isAbsolute(folder)) continue; // a relative entry would mean the folder that is open
    const command = path.join(folder, executable("backspec"));
    if (await isExecutable(command)) return { command, origin: "PATH" };
  }
  return undefined;
}
