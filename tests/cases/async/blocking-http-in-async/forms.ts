import request from "sync-request";
import { execSync } from "node:child_process";

export async function a(url: string) {
  request("GET", url); // expect: async/blocking-http-in-async
  execSync(`curl ${url}`); // expect: async/blocking-http-in-async, injection/os-command (warning)
  return fetch(url, { signal: AbortSignal.timeout(5000) });
}
