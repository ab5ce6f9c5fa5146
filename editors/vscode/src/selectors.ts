// Which documents the server is asked about: by language id where editors agree on one, by path
// where they do not. No language of our own is contributed, so nothing competes for an id.
import type { DocumentFilter } from "vscode-languageclient/node";

export const languages = [
  "markdown", "prompt", "instructions", "chatagent", "skill",
  "python", "javascript", "javascriptreact", "typescript", "typescriptreact",
  "java", "csharp", "go", "ruby", "php",
  "sql", "yaml", "json", "jsonc", "toml", "graphql", "proto", "proto3",
  "properties", "java-properties", "spring-boot-properties", "dotenv", "dockerfile", "xml", "nginx",
];

const patterns = [
  "**/*.{md,mdc,toml,prisma,graphql,gql,proto,sql}",
  "**/{.clinerules,.cursorrules,.roomodes}",
];

export const documentSelector: DocumentFilter[] = ["file", "untitled"].flatMap((scheme) => [
  ...languages.map((language) => ({ scheme, language })),
  ...patterns.map((pattern) => ({ scheme, pattern })),
]);
