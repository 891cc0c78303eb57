// What can be tried without a gateway: node --test tests

import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { test } from 'node:test'
import { common, version } from '../build.mjs'
import { find, resultOf } from '../src/answer.js'
import { refusal } from '../src/errors.js'
import * as node from '../src/node.js'
import { Port } from '../src/port.js'
import { Pauses, sleep, sooner, within } from '../src/time.js'

const { Closed, NotReady, Refused, Unreachable, errors } = node

class Opened {
  constructor(url, protocols) { Object.assign(this, { url, protocols }) }
}

test('an address is what a browser or a WebSocket has', () => {
  for (const [url, want] of Object.entries({
    'http://127.0.0.1:8000': 'ws://127.0.0.1:8000/',
    'ws://futuopend:8000/': 'ws://futuopend:8000/',
    'https://example.com/futu/': 'wss://example.com/futu/',
    'https://example.com/futu': 'wss://example.com/futu/',
    'wss://example.com': 'wss://example.com/',
    'futuopend:8000': 'ws://futuopend:8000/',
    'http://[::1]:8000/': 'ws://[::1]:8000/',
  })) {
    assert.equal(new Port(url, null, { WebSocket: Opened }).socket('futuopend.v2').url, want)
  }
})

test('what is none is told at once', () => {
  for (const [url, token] of [[''], ['ftp://x'], ['http://user:pw@x'], ['http://x:port'], ['http://x', 'a token'], ['http://x', 'a\r\nb']]) {
    assert.throws(() => new node.Gateway(url, token, { WebSocket: Opened }), TypeError, url)
    assert.throws(() => new node.FutuOpenDManager(url, { token, WebSocket: Opened }), TypeError, url)
  }
})

test('a token may be the line of a file, and is a subprotocol', () => {
  const port = new Port('http://x', '0123456789abcdef\n', { WebSocket: Opened })
  assert.deepEqual(port.socket('futuopend.v1').protocols, ['futuopend.v1', '0123456789abcdef'])
})

test('an error that nobody knows yet is still a refusal', () => {
  const why = refusal('moon_full', 'the moon is full', 7)
  assert.equal(why.constructor, Refused)
  assert.deepEqual([why.name, why.code, why.wait, why.message], ['Refused', 'moon_full', 7, 'the moon is full'])
  const known = refusal('too_soon', 'again in a minute', 60)
  assert.ok(known instanceof errors.TooSoon)
  assert.deepEqual([known.name, known.code, known.wait], ['TooSoon', 'too_soon', 60])
})

test('a pause grows to 15 seconds and is never shorter than the gateway asks for', () => {
  const pauses = new Pauses()
  const lost = new Unreachable('lost')
  assert.deepEqual(Array.from({ length: 8 }, () => pauses.after(lost)), [250, 500, 1000, 2000, 4000, 8000, 15000, 15000])
  pauses.good()
  assert.equal(pauses.after(refusal('too_many_clients', 'full', 5)), 5000)
  for (const why of [refusal('unauthorized', 'no', 0), new Closed('over'), new NotReady('late'), new RangeError('a mistake')]) {
    assert.throws(() => pauses.after(why), why)
  }
})

test('a wait ends with its signal', async () => {
  const over = AbortSignal.abort(new Closed('over'))
  const never = new Promise(() => {})
  await assert.rejects(sooner(never, over), Closed)
  await assert.rejects(sleep(1e9, over), Closed)
  await assert.rejects(within(1, () => new NotReady('late'), [], (until) => sooner(never, until)), NotReady)
  assert.equal(await within(Infinity, () => new NotReady('late'), [], async () => 'in time'), 'in time')
})

async function* journal(...entries) {
  for (const [seq, kind, from, to, challenge] of entries) yield { seq, kind, from, to, challenge }
}

test('the result is that of the code that was typed', async () => {
  const events = journal(
    [8, 'unknown_line', 'awaiting_code', 'awaiting_code'],
    [9, 'code_typed', 'awaiting_code', 'verifying', 5],
    [10, 'code_rejected', 'verifying', 'awaiting_code'],
    [11, 'logged_in', 'verifying', 'connected'],
  )
  assert.deepEqual(await find(events, 7, 'code', 5, 'lost'), { result: 'rejected', challenge: 5, accepted: false })
})

test('a code that was not typed before the gateway ended never will be', async () => {
  await assert.rejects(find(journal([8, 'boot', 'awaiting_code', 'idle']), 7, 'code', 5, 'the reason'), /had not typed it: the reason/)
})

test('a journal with a gap is not believed', async () => {
  await assert.rejects(find(journal([12, 'code_typed', 'awaiting_code', 'verifying', 5]), 7, 'code', 5, 'lost'), /12 comes after 7/)
})

test('an event says the same of an answer as the gateway says', { skip: !process.env.RESULTS && 'the test in Go has the table' }, () => {
  const rows = readFileSync(process.env.RESULTS, 'utf8').trim().split('\n').map((line) => JSON.parse(line))
  assert.ok(rows.length > 1000)
  for (const row of rows) assert.equal(resultOf(row, row.asked), row.result, JSON.stringify(row))
})

test('a tag is a version of npm', () => {
  for (const [described, want] of Object.entries({
    'v1.2.3': '1.2.3',
    'v1.2.3-rc.1': '1.2.3-rc.1',
    'v1.2.3-rc.1-4-gabc1234': '1.2.3-rc.1.4.gabc1234',
    'v1.2.3-4-gabc1234': '1.2.4-4.gabc1234',
    'v1.2.3-4-gabc1234-dirty': '1.2.4-4.gabc1234.dirty',
    '1ca2dcb': '0.0.0-g1ca2dcb',
    '01234567': '0.0.0-g01234567',
    dev: '0.0.0-gdev',
  })) assert.equal(version(described), want)
})

test('every module can be made into CommonJS, and another form is told', () => {
  for (const name of readdirSync(new URL('../src', import.meta.url))) {
    assert.match(common(readFileSync(new URL(`../src/${name}`, import.meta.url), 'utf8')), /module\.exports = /, name)
  }
  for (const other of ["import x from './x.js'", 'export const x = 1', 'x(import.meta.url)']) {
    assert.throws(() => common(other), /cannot be made into CommonJS/)
  }
})
