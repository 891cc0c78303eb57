// As much of Node's types as src/node.js needs.
declare module 'node:module' {
  export function createRequire(from: string): (name: string) => any
}
