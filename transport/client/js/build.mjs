// Writes the package as npm takes it. It needs nothing but Node.
//
//     VERSION=v1.2.3 node build.mjs FOLDER
//
// The sources are modules. What require() takes is made of them line by line: an import stands on one line at the
// beginning, and the one export at the end. The same files and version give the same files.

import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))

// version is what git describe says, as npm writes versions: v1.2.3-4-gabc1234 is before 1.2.4 and after 1.2.3.
export function version(described) {
  const found = /^v?(\d+)\.(\d+)\.(\d+)(-(?:alpha|beta|rc)\.?\d+)?(?:-(.+))?$/.exec(described)
  const words = (text) => (text.match(/[A-Za-z0-9]+/g) ?? []).join('.')
  if (!found) return `0.0.0-g${words(described)}`
  const [, major, minor, patch, pre = '', rest] = found
  if (!rest) return `${major}.${minor}.${patch}${pre}`
  return pre ? `${major}.${minor}.${patch}${pre}.${words(rest)}` : `${major}.${minor}.${Number(patch) + 1}-${words(rest)}`
}

// common is a module as require() takes it.
export function common(source) {
  const text = source
    .replace(/^import \* as (\w+) from '(.+)'$/gm, "const $1 = require('$2')")
    .replace(/^import (\{ .+ \}) from '(.+)'$/gm, "const $1 = require('$2')")
    .replace(/^(const .+ = require\('\.\/\w+\.)js'\)$/gm, "$1cjs')")
    .replace(/^export (\{[^}]*\})\n$/m, 'module.exports = $1\n')
    .replace("createRequire(import.meta.url)('ws')", "require('ws')")
  const left = /^(import|export)\b.*$|import\.meta/m.exec(text)
  if (left) throw new Error(`this cannot be made into CommonJS: ${left[0]}`)
  return `'use strict'\n\n${text}`
}

function described() {
  return process.env.VERSION || execFileSync('git', ['describe', '--tags', '--always', '--dirty'], { cwd: here, encoding: 'utf8' }).trim()
}

// build writes the package's files into a folder of that name.
export function build(folder) {
  const read = (...path) => readFileSync(join(here, ...path), 'utf8')
  mkdirSync(join(folder, 'cjs'), { recursive: true })
  for (const name of ['src', 'types', 'README.md']) cpSync(join(here, name), join(folder, name), { recursive: true })
  for (const name of readdirSync(join(here, 'src'))) {
    writeFileSync(join(folder, 'cjs', name.replace(/js$/, 'cjs')), common(read('src', name)))
  }
  for (const name of readdirSync(join(here, 'types'))) {
    writeFileSync(join(folder, 'types', name.replace(/ts$/, 'cts')), read('types', name).replace(/'(\.\/\w+\.)js'/g, "'$1cjs'"))
  }
  const licence = ['LICENSE', '../../../LICENSE'].map((path) => join(here, path)).find(existsSync)
  cpSync(licence, join(folder, 'LICENSE'))
  const about = { ...JSON.parse(read('package.json')), version: version(described()) }
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(about, null, 2)}\n`)
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) build(process.argv[2])
