// Starts the server, shows what it says, and offers its commands. No analysis happens here.
import * as vscode from "vscode";
import {
  LanguageClient,
  State,
  type LanguageClientOptions,
  type ServerOptions,
} from "vscode-languageclient/node";
import { findServer } from "./findServer";
import { Pages } from "./pages";
import { install } from "./privateEnvironment";
import { documentSelector } from "./selectors";
import { Status } from "./status";

interface Place {
  uri: string;
  range: Record<"start" | "end", { line: number; character: number }>;
}

interface Page {
  name: string;
  markdown: string;
}

let log: vscode.LogOutputChannel;
let status: Status;
let pages: Pages;
let client: LanguageClient | undefined;
/** Starting and stopping happen one after the other, whoever asks. */
let queue: Promise<unknown> = Promise.resolve();

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  log = vscode.window.createOutputChannel("backspec", { log: true });
  status = new Status();
  pages = new Pages();
  const command = (name: string, handler: (...args: unknown[]) => unknown) =>
    vscode.commands.registerCommand(name, handler);
  context.subscriptions.push(
    log,
    status,
    pages,
    command("backspec.restart", () => restart(context)),
    command("backspec.showLog", () => log.show()),
    command("backspec.install", () => installAndStart(context)),
    command("backspec.check", checkWorkspace),
    command("backspec.explainRule", explainRule),
    command("backspec.showCoverage", () => showPage("backspec.coverage", activeUri(), "return")),
    command("backspec.showRoutes", () => showPage("backspec.routes", "return")),
    command("backspec.convertAgent", convertAgent),
    vscode.workspace.onDidGrantWorkspaceTrust(() => restart(context)),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("backspec.path")) void restart(context);
    }),
  );
  await restart(context);
}

export async function deactivate(): Promise<void> {
  await queue;
  await client?.stop();
}

function restart(context: vscode.ExtensionContext): Promise<unknown> {
  queue = queue.then(() => startAgain(context)).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    log.error(reason);
    status.failed(reason);
    void offer(`backspec did not start: ${reason}`, "Show Log", "backspec.showLog");
  });
  return queue;
}

async function startAgain(context: vscode.ExtensionContext): Promise<void> {
  await stop();
  status.starting();
  const found = await findServer(context);
  if (!found) {
    status.missing();
    // Not awaited: the question stays open for as long as the user likes.
    void offer("backspec needs its server, a Python program, to check your files.", "Install", "backspec.install");
    return;
  }
  log.info(`server: ${found.command} (${found.origin})`);
  const run = { command: found.command, args: ["server", "--stdio"] };
  const serverOptions: ServerOptions = { run, debug: run };
  const options: LanguageClientOptions = {
    documentSelector,
    outputChannel: log,
    initializationOptions: settings(),
    synchronize: { configurationSection: "backspec" },
    middleware: { executeCommand: draw },
  };
  const started = new LanguageClient("backspec", "backspec", serverOptions, options);
  started.onDidChangeState(({ newState }) => {
    if (started !== client) return;
    if (newState === State.Running) {
      status.running(started.initializeResult?.serverInfo?.version ?? "", found.origin);
      announce(started);
    } else if (newState === State.Starting) status.starting();
    else status.failed("The server stopped.");
  });
  client = started;
  await started.start();
}

async function stop(): Promise<void> {
  const running = client;
  client = undefined;
  if (running) await running.dispose(2000).catch((error: unknown) => log.warn(String(error)));
}

function settings(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration("backspec");
}

/** Tell the menus which of the server's commands this server has. */
function announce(running: LanguageClient): void {
  const offered = running.initializeResult?.capabilities.executeCommandProvider?.commands ?? [];
  for (const name of ["coverage", "convert", "routes"]) {
    void vscode.commands.executeCommand("setContext", `backspec.has.${name}`, offered.includes(`backspec.${name}`));
  }
}

async function installAndStart(context: vscode.ExtensionContext): Promise<void> {
  try {
    await queue;
    await stop();
    await install(context, log);
  } catch (error) {
    void offer(error instanceof Error ? error.message : String(error), "Show Log", "backspec.showLog");
  }
  await restart(context);
}

async function offer(message: string, label: string, command: string): Promise<void> {
  if ((await vscode.window.showWarningMessage(message, label)) === label) {
    await vscode.commands.executeCommand(command);
  }
}

/** Pages and lists of places are shown here; every other command of the server goes on as it is. */
async function draw(
  command: string,
  args: unknown[],
  next: (command: string, args: unknown[]) => vscode.ProviderResult<unknown>,
): Promise<unknown> {
  if (command === "backspec.references") {
    const places = ((await next(command, [...args, "return"])) ?? []) as Place[];
    await showPlaces(String(args[0]), places);
    return places;
  }
  if (!["backspec.explain", "backspec.coverage", "backspec.routes"].includes(command)) return next(command, args);
  const page = (await next(command, [...args, "return"])) as Page | null | undefined;
  if (page) await pages.show(page.name, page.markdown);
  return page;
}

async function showPlaces(uri: string, places: Place[]): Promise<void> {
  const found = places.map(
    ({ uri, range: { start, end } }) =>
      new vscode.Location(vscode.Uri.parse(uri), new vscode.Range(start.line, start.character, end.line, end.character)),
  );
  const top = new vscode.Position(0, 0);
  await vscode.commands.executeCommand("editor.action.showReferences", vscode.Uri.parse(uri), top, found);
}

async function ask<T>(command: string, ...args: unknown[]): Promise<T | undefined> {
  if (!client?.isRunning()) {
    void offer("The backspec server does not run.", "Restart", "backspec.restart");
    return undefined;
  }
  return client.sendRequest<T>("workspace/executeCommand", { command, arguments: args });
}

const activeUri = () => vscode.window.activeTextEditor?.document.uri.toString();

async function checkWorkspace(): Promise<void> {
  const counts = await ask<{ files: number; diagnostics: number; cancelled: boolean }>("backspec.checkWorkspace");
  if (!counts) return;
  const { files, diagnostics, cancelled } = counts;
  const said = `backspec: ${diagnostics} diagnostics in ${files} files${cancelled ? " (cancelled)" : ""}`;
  void offer(said, "Show Problems", "workbench.actions.view.problems");
}

async function explainRule(): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const here = editor
    ? vscode.languages
        .getDiagnostics(editor.document.uri)
        .filter((d) => d.source === "backspec" && d.range.contains(editor.selection.active))
        .map((d) => (typeof d.code === "object" ? String(d.code.value) : String(d.code ?? "")))
    : [];
  const name = await vscode.window.showInputBox({
    prompt: "A rule, a topic or a key of an agent file",
    placeHolder: "http-client/no-timeout",
    value: here[0] ?? "",
  });
  if (name) await showPage("backspec.explain", name.trim(), "return");
}

async function showPage(command: string, ...args: unknown[]): Promise<void> {
  const page = await ask<Page | null>(command, ...args);
  if (page) await pages.show(page.name, page.markdown);
}

async function convertAgent(): Promise<void> {
  const uri = activeUri();
  const dialects = uri ? await ask<{ id: string; title: string }[]>("backspec.convert", uri) : undefined;
  if (!dialects?.length) {
    void vscode.window.showInformationMessage("This file is not an agent definition that backspec can convert.");
    return;
  }
  const items = dialects.map(({ id, title }) => ({ label: id, description: title }));
  const chosen = await vscode.window.showQuickPick(items, { placeHolder: "Convert to" });
  if (!chosen) return;
  const result = await ask<{ path: string; text: string; markdown: string }>("backspec.convert", uri, chosen.label);
  if (!result) return;
  const document = await vscode.workspace.openTextDocument({ content: result.text });
  await vscode.window.showTextDocument(document);
  await pages.show(`Converted to ${chosen.label}`, result.markdown);
}
