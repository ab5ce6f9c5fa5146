export function load(id: string) {
  // expect: docs/security-todo
  // TODO check permissions
  return find(id);
}

/**
 * expect is written below, as a comment holds one line.
 */
// expect: docs/security-todo
const key = "abc"; // HACK hardcoded api key, read it from the vault

/**
 * @example
 *     // TODO add authentication here
 */
export const url = "https://todo.example/#TODO-auth";
