// The entry in the status bar: whether the server runs, and which one.
import * as vscode from "vscode";
import { languages } from "./selectors";

export class Status implements vscode.Disposable {
  private readonly item = vscode.languages.createLanguageStatusItem("backspec.server", languages);

  constructor() {
    this.item.name = "backspec";
    this.starting();
  }

  starting(): void {
    this.set("backspec: starting", vscode.LanguageStatusSeverity.Information, true);
  }

  running(version: string, origin: string): void {
    this.set(`backspec ${version}`, vscode.LanguageStatusSeverity.Information);
    this.item.detail = origin;
    this.item.command = { command: "backspec.showLog", title: "Log" };
    void vscode.commands.executeCommand("setContext", "backspec.running", true);
  }

  missing(): void {
    this.set("backspec: no server", vscode.LanguageStatusSeverity.Warning);
    this.item.command = { command: "backspec.install", title: "Install" };
  }

  failed(reason: string): void {
    this.set("backspec: stopped", vscode.LanguageStatusSeverity.Error);
    this.item.detail = reason;
    this.item.command = { command: "backspec.restart", title: "Restart" };
  }

  private set(text: string, severity: vscode.LanguageStatusSeverity, busy = false): void {
    this.item.text = text;
    this.item.severity = severity;
    this.item.busy = busy;
    this.item.detail = "";
    void vscode.commands.executeCommand("setContext", "backspec.running", false);
  }

  dispose(): void {
    this.item.dispose();
  }
}
