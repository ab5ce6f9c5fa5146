export function a() {
  try {
    work();
  } catch {} // expect: error/swallowed-exception
}

export function b() {
  try {
    work();
  } catch (error) { // expect: error/swallowed-exception

  }
}

work().catch(() => {}); // expect: error/swallowed-exception
work().catch(noop); // expect: error/swallowed-exception
work().catch(function () {}); // expect: error/swallowed-exception

export function c() {
  try {
    work();
  } catch { // expect: error/swallowed-exception (info)
    // the metrics server may be away, orders go on
  }
}

// Nothing to see.
export function d() {
  try {
    work();
  } catch (error) {
    logger.error(error);
  }
}
export function e() {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
work().catch((error) => logger.error(error));
export async function f(connection: Connection) {
  try {
    await work();
  } finally {
    await connection.close().catch(() => {});
  }
}

export function parsed(cookie: string) {
  let ids = [];
  try {
    ids = cookie
      ? JSON.parse(cookie)
      : [];
  } catch {
  }
  return ids;
}
work().catch(() => null);

export function modelsOf(folder: string): string[] {
  let found: string[] = [];
  try {
    found = readdirSync(folder);
  } catch (e) {}
  return found;
}

export function dashboard(): string | undefined {
  let path: string | undefined;
  try {
    path = dirname(require.resolve("@acme/dashboard"));
  } catch {
    // ignore
  }
  return path;
}
