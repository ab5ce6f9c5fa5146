// Real VS Code (code-server), the real VSIX and the real server, in a headless Chromium: what a
// user sees. Every step looks at the screen; screenshots land in $BACKSPEC_SHOTS.
//
//   BACKSPEC_CODE_SERVER  code-server's out/node/entry.js
//   BACKSPEC_VSIX         the packaged extension
//   BACKSPEC_SERVER       the backspec program of an environment
//   BACKSPEC_CHROMIUM     the browser (default /usr/bin/chromium)
//   BACKSPEC_SHOTS        where screenshots go (default: the test's temporary folder)
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import test, { after, before } from "node:test";
import { chromium } from "playwright-core";

const { BACKSPEC_CODE_SERVER, BACKSPEC_VSIX, BACKSPEC_SERVER } = process.env;
for (const [name, value] of Object.entries({ BACKSPEC_CODE_SERVER, BACKSPEC_VSIX, BACKSPEC_SERVER }))
  assert.ok(value, `set ${name}`);

const tmp = mkdtempSync(path.join(os.tmpdir(), "backspec-vscode-"));
const shots = process.env.BACKSPEC_SHOTS ?? path.join(tmp, "shots");
mkdirSync(shots, { recursive: true });

const files = {
  ".claude/agents/reviewer.md": `---
name: reviewer
description: Reviews backend changes. Use when: a pull request is ready
tools: Read, Grep
---
You review backend code. Ask for connection pooling where it is missing.
`,
  ".claude/agents/writer.md": `---
name: writer
description: Writes code and hands it on
tools: Read, Agent(checker)
---
You write code and hand it to the checker.
`,
  ".claude/agents/checker.md": `---
name: checker
description: Checks what the writer wrote
---
You check.
`,
  ".claude/agents/planner.md": `---
name: planner
description: Plans the work on outgoing calls
---
Plan with care.

- Mind resilience and retries
- Be kind
`,
  "app.py": `import requests


def rates(url):
    label = "😀"; return requests.get(url), label
`,
  "routes.py": `from fastapi import FastAPI

app = FastAPI()


@app.get("/orders")
async def orders() -> list[str]:
    return []
`,
  "settings.toml": "",
};

let browser, log = "";
/** Two windows' worth of VS Code: one trusts every folder, one asks (and is never answered). */
const editors = { trusted: { flags: ["--disable-workspace-trust"] }, restricted: { flags: [] } };
const env = {
  ...process.env,
  EXTENSIONS_GALLERY: "{}",
  TMPDIR: tmp,
  XDG_DATA_HOME: path.join(tmp, "data"),
  XDG_CACHE_HOME: path.join(tmp, "cache"),
};

function workspace(name) {
  const folder = path.join(tmp, name);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  return folder;
}

const freePort = () =>
  new Promise((resolve) => {
    const probe = net.createServer().listen(0, "127.0.0.1", () => {
      const found = probe.address().port;
      probe.close(() => resolve(found));
    });
  });

/** Install the extension into a fresh VS Code and start it. */
async function start(home, editor) {
  const userData = path.join(home, "user");
  mkdirSync(path.join(userData, "User"), { recursive: true });
  writeFileSync(
    path.join(userData, "User", "settings.json"),
    JSON.stringify({
      "workbench.startupEditor": "none",
      "workbench.welcomePage.walkthroughs.openOnInstall": false,
      "workbench.secondarySideBar.defaultVisibility": "hidden",
      "workbench.colorTheme": "Default Light Modern",
      "workbench.enableExperiments": false,
      "telemetry.telemetryLevel": "off",
      "extensions.autoCheckUpdates": false,
      "extensions.autoUpdate": false,
      "extensions.ignoreRecommendations": true,
      "chat.disableAIFeatures": true,
      "git.enabled": false,
      "editor.hover.delay": 100,
      "editor.wordBasedSuggestions": "off",
      "editor.wordWrap": "on",
      "files.autoSave": "off",
      "security.workspace.trust.startupPrompt": "never",
      "security.workspace.trust.banner": "never",
    }),
  );
  const common = ["--user-data-dir", userData, "--extensions-dir", path.join(home, "extensions"), "--config", path.join(home, "config.yaml")];
  const installed = spawnSync(process.execPath, [BACKSPEC_CODE_SERVER, ...common, "--install-extension", BACKSPEC_VSIX], { encoding: "utf8", env });
  assert.equal(installed.status, 0, installed.stdout + installed.stderr);
  editor.port = await freePort();
  editor.process = spawn(
    process.execPath,
    [BACKSPEC_CODE_SERVER, ...common, "--auth", "none", "--bind-addr", `127.0.0.1:${editor.port}`, "--disable-telemetry", "--disable-update-check", "--disable-getting-started-override", ...editor.flags],
    { env, stdio: ["ignore", "pipe", "pipe"] },
  );
  editor.process.stdout.on("data", (data) => (log += data));
  editor.process.stderr.on("data", (data) => (log += data));
  for (let tries = 0; ; tries++) {
    if (await fetch(`http://127.0.0.1:${editor.port}/healthz`).then((r) => r.ok, () => false)) break;
    assert.ok(tries < 150, `code-server did not start\n${log}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

before(async () => {
  for (const [name, editor] of Object.entries(editors)) await start(path.join(tmp, name), editor);
  browser = await chromium.launch({
    executablePath: process.env.BACKSPEC_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
});

after(async () => {
  await browser?.close();
  for (const { process: server } of Object.values(editors)) {
    if (!server || server.exitCode !== null) continue;
    const gone = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGTERM");
    await gone;
  }
  writeFileSync(path.join(shots, "code-server.log"), log);
  await new Promise((resolve) => setTimeout(resolve, 1500)); // the extension host outlives the server for a moment
  if (!process.env.BACKSPEC_KEEP) rmSync(tmp, { recursive: true, force: true });
});

/** A window on a folder with one file open; the page goes nowhere but to this machine. */
async function open(folder, file, { port } = editors.trusted) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await context.route((url) => url.hostname !== "127.0.0.1", (route) => route.abort());
  const page = await context.newPage();
  page.on("console", (message) => (log += `${message.type()}: ${message.text()}\n`));
  const payload = [["openFile", `vscode-remote://127.0.0.1:${port}${folder}/${file}`]];
  await page.goto(`http://127.0.0.1:${port}/?folder=${folder}&payload=${encodeURIComponent(JSON.stringify(payload))}`, { waitUntil: "domcontentloaded" });
  await page.locator(".monaco-editor .view-line").first().waitFor({ timeout: 60_000 });
  return page;
}

/** Run a command from the palette by its title. */
async function run(page, title) {
  await page.keyboard.press("F1");
  const box = page.locator(".quick-input-widget input");
  await box.waitFor({ timeout: 10_000 });
  await box.fill(`>${title}`);
  await page.locator(".quick-input-list .monaco-list-row", { hasText: title.split(": ").at(-1) }).first().waitFor({ timeout: 15_000 });
  await page.keyboard.press("Enter");
}

async function openFile(page, file) {
  await page.keyboard.press("Control+P");
  const box = page.locator(".quick-input-widget input");
  await box.waitFor();
  await box.fill(file);
  await page.locator(".quick-input-list .monaco-list-row", { hasText: path.basename(file) }).first().waitFor();
  await page.keyboard.press("Enter");
  await page.locator(".tab.active", { hasText: path.basename(file) }).waitFor();
}

/** A program that leaves a mark when it is started. */
function setTrap(folder) {
  writeFileSync(path.join(folder, "backspec"), `#!/bin/sh\ntouch ${tmp}/trap-was-run\n`);
  chmodSync(path.join(folder, "backspec"), 0o755);
}

/** Run a scenario in a window of its own, and leave a picture of what went wrong. */
async function scenario(name, file, editor, steps) {
  const folder = workspace(name);
  const programs = path.join(folder, ".venv", "bin");
  mkdirSync(programs, { recursive: true });
  if (editor === editors.restricted) setTrap(programs);
  else symlinkSync(BACKSPEC_SERVER, path.join(programs, "backspec"));
  const page = await open(folder, file, editor);
  try {
    await steps(page, folder);
  } catch (error) {
    await shot(page, `failed-${name}`);
    throw error;
  }
  await page.context().close();
}

const shot = (page, name) => page.screenshot({ path: path.join(shots, `${name}.png`) });

/** Try again until it does not throw; the last error counts. */
async function eventually(step, tries = 12) {
  for (let left = tries; ; left--) {
    try {
      return await step();
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}

const squiggles = (page, kind) => page.locator(`.monaco-editor .squiggly-${kind}`);

/** Hover over the first squiggle of a kind until the hover holds all of `texts`; gives its text. */
async function hover(page, kind, ...texts) {
  const mark = squiggles(page, kind).first();
  await mark.waitFor({ state: "attached", timeout: 180_000 });
  const shown = page.locator(".monaco-hover:visible");
  return eventually(async () => {
    const box = await mark.boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + 300);
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 3 });
    for (const text of ["backspec", ...texts]) await shown.filter({ hasText: text }).first().waitFor({ timeout: 5_000 });
    return (await shown.first().innerText()).replaceAll("\u00a0", " ");
  });
}

/** Choose a quick fix by its title at the cursor. */
async function fix(page, title) {
  await page.keyboard.press("Control+.");
  const row = page.locator(".action-widget .monaco-list-row", { hasText: title }).first();
  await row.waitFor({ timeout: 15_000 });
  await shot(page, `menu-${title.replaceAll(/\W+/g, "-").toLowerCase()}`);
  await row.click();
}

test("agent file: squiggle with its message, hover, completion accepted, quick fix applied", () =>
  scenario("agents", ".claude/agents/reviewer.md", editors.trusted, async (page) => {
    const text = await hover(page, "error", "Quote header values");
    assert.match(text, /The value of `description` holds a colon/);
    assert.match(text, /backspec\s*\(?agent\/unquoted-colon/);
    await shot(page, "agent-hover");

    await page.locator(".view-line", { hasText: "description" }).click();
    await fix(page, "Quote");
    await squiggles(page, "error").first().waitFor({ state: "detached", timeout: 15_000 });
    await page.locator(".view-line", { hasText: 'description: "Reviews' }).waitFor({ timeout: 10_000 });

    await page.locator(".view-line", { hasText: "tools" }).click();
    await page.keyboard.press("End");
    await page.keyboard.type("\nmod", { delay: 40 });
    await page.keyboard.press("Control+Space");
    const item = page.locator(".suggest-widget.visible .monaco-list-row", { hasText: /^model/ }).first();
    await item.waitFor({ timeout: 15_000 });
    await shot(page, "agent-completion");
    await item.click();
    await page.locator(".view-line", { hasText: "model:" }).waitFor({ timeout: 10_000 });
  }));

test("Python file: squiggle after an emoji, the rule in the hover, explanation, crash and restart", () =>
  scenario("code", "app.py", editors.trusted, async (page) => {
    const text = await hover(page, "warning", "timeout=10");
    assert.match(text, /http-client\/no-timeout/);
    await shot(page, "code-hover");
    // The squiggle lies under the call although an astral character precedes it on the line.
    const mark = await squiggles(page, "warning").first().boundingBox();
    const word = await page.locator(".view-line span", { hasText: "requests" }).last().boundingBox();
    assert.ok(Math.abs(mark.x - word.x) < 90, `squiggle at ${mark.x}, word at ${word.x}`);

    const pids = () =>
      readdirSync("/proc")
        .filter((name) => /^\d+$/.test(name))
        .filter((pid) => {
          try {
            return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(`${tmp}/code/.venv/bin/backspec`);
          } catch {
            return false;
          }
        })
        .map(Number);
    const [first] = pids();
    assert.ok(first, "the server of the virtual environment runs");
    process.kill(first, "SIGKILL");
    for (let tries = 0; ; tries++) {
      const now = pids();
      if (now.length && !now.includes(first)) break;
      assert.ok(tries < 100, "the server was not started again after a crash");
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await page.locator(".view-line", { hasText: "return" }).click();
    await page.keyboard.press("Home");
    await page.keyboard.type("# edited after the crash\n    ");
    await squiggles(page, "warning").first().waitFor({ state: "attached", timeout: 20_000 });

    await run(page, "backspec: Restart Server");
    for (let tries = 0; pids().length !== 1; tries++) {
      assert.ok(tries < 100, "one server runs after a restart");
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await squiggles(page, "warning").first().waitFor({ state: "attached", timeout: 20_000 });
  }));

test("rename an agent: its name and the other agent's tools change together", () =>
  scenario("rename", ".claude/agents/checker.md", editors.trusted, async (page) => {
    const line = page.locator(".view-line", { hasText: "name: checker" });
    await line.click();
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowLeft");
    const box = page.locator(".rename-box input");
    await eventually(async () => {
      await page.keyboard.press("F2"); // refused until the server has started
      await box.waitFor({ timeout: 2_000 });
    });
    await box.fill("auditor");
    await shot(page, "rename");
    await page.keyboard.press("Enter");
    await page.locator(".view-line", { hasText: "name: auditor" }).waitFor({ timeout: 15_000 });
    await openFile(page, "writer.md");
    await page.locator(".view-line", { hasText: "Agent(auditor)" }).waitFor({ timeout: 15_000 });
  }));

test("the halves meet: a lens counts what falls short, pages show coverage and routes", () =>
  scenario("halves", ".claude/agents/planner.md", editors.trusted, async (page) => {
    const lens = page.locator(".codelens-decoration", { hasText: /\d+ rules?/ }).first();
    await lens.waitFor({ timeout: 45_000 });
    const shown = (text) => page.frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame").getByText(text).first().waitFor({ timeout: 30_000 });
    await run(page, "backspec: Show What This Agent Definition Is Checked By");
    await shown("Mind resilience and retries");
    await page.locator(".view-line", { hasText: "Be kind" }).click(); // lenses wait for the editor's turn
    await page.locator(".codelens-decoration", { hasText: /\d+ rules?, \d+ problems?/ }).first().waitFor({ timeout: 15_000 });
    await shot(page, "coverage");
    await run(page, "backspec: Show Routes");
    await shown("/orders");
    await shot(page, "routes");
  }));

test("used by: the lens lists the places that name the agent", () =>
  scenario("uses", ".claude/agents/checker.md", editors.trusted, async (page) => {
    const lens = page.locator(".codelens-decoration a", { hasText: "used by 1" });
    await lens.waitFor({ timeout: 45_000 });
    await lens.click();
    await page.locator(".reference-zone-widget", { hasText: "writer.md" }).waitFor({ timeout: 15_000 });
    await shot(page, "uses");
  }));

test("untrusted folder: no server of the folder or of PATH is started; the extension installs its own on a click", () =>
  scenario("untrusted", "app.py", editors.restricted, async (page) => {
    const offer = page.locator(".notifications-toasts", { hasText: "backspec needs its server" });
    await offer.waitFor({ timeout: 30_000 });
    await shot(page, "untrusted");
    assert.equal(await squiggles(page, "warning").count(), 0);
    await offer.getByRole("button", { name: "Install" }).click();
    await hover(page, "warning", "timeout=10");
    await shot(page, "installed");
    assert.ok(!readdirSync(tmp).includes("trap-was-run"), "a program of the folder was started");
  }));
