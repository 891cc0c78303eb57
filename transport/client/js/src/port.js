// Where one gateway is, its HTTP, and its WebSocket before it is open.

import { Unreachable, refusal } from './errors.js'
import { socketClass } from './socket.js'

// Milliseconds for an answer over HTTP, and for a WebSocket to open and greet.
const PATIENCE = 10_000
// Bytes of an answer at most. Today's have under ten thousand, a picture under a hundred thousand.
const MOST = 1 << 20

class Port {
  #base
  #token
  #WebSocket

  /**
   * @param {string | URL} url what a browser opens, or the address of the WebSocket
   * @param {string | null | undefined} token
   * @param {{ WebSocket?: any }} [options]
   */
  constructor(url, token, options = {}) {
    this.#base = base(String(url))
    this.#token = (token ?? '').trim() // it may be the line of a file
    if (!/^[A-Za-z0-9._~-]*$/.test(this.#token)) {
      throw new TypeError('the token has a character that no token has; it has letters, digits and . _ ~ -')
    }
    this.#WebSocket = socketClass(options.WebSocket)
  }

  /** @param {string} version of the wire, as a subprotocol. A browser sets no header, so the token is another one. */
  socket(version) {
    const url = new URL(this.#base)
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
    return new this.#WebSocket(url.href, this.#token ? [version, this.#token] : [version])
  }

  /**
   * ask is the JSON object that a request is answered with.
   *
   * @param {string} method
   * @param {string} path
   * @param {object | undefined} body
   * @param {AbortSignal} signal
   * @returns {Promise<any>}
   */
  async ask(method, path, body, signal) {
    const found = object(new TextDecoder().decode(await this.bytes(method, path, body, signal)))
    if (!found) throw new Unreachable(`${method} ${path} is not answered as a gateway does`)
    return found
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object | undefined} body
   * @param {AbortSignal} signal
   * @returns {Promise<Uint8Array>}
   */
  async bytes(method, path, body, signal) {
    const until = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)])
    /** @type {Record<string, string>} */
    const headers = body ? { 'Content-Type': 'application/json' } : {}
    if (this.#token) headers.Authorization = `Bearer ${this.#token}`
    let answer, text
    try {
      answer = await fetch(new URL('.' + path, this.#base), {
        method, headers, body: body && JSON.stringify(body), redirect: 'error', cache: 'no-store', signal: until,
      })
      text = await whole(answer)
    } catch (why) {
      signal.throwIfAborted()
      throw new Unreachable(`${method} ${path}: ${reason(why)}`)
    }
    if (!answer.ok) throw refused(answer, text)
    return text
  }

  /**
   * explain throws why a WebSocket could not be opened, as far as HTTP tells it: a WebSocket says nothing of a refusal.
   *
   * @param {AbortSignal} signal
   */
  async explain(signal) {
    try {
      await this.ask('GET', '/status', undefined, signal)
    } catch (why) {
      if (!(why instanceof Unreachable)) throw why
    }
  }
}

/** @param {string} text */
function base(text) {
  const wrong = () => new TypeError(`${JSON.stringify(text)} is no address of a gateway, as http://127.0.0.1:8000 is one`)
  const spelled = (text.includes('://') ? text : `http://${text}`).replace(/^ws(?=s?:)/i, 'http')
  let url
  try {
    url = new URL(spelled)
  } catch {
    throw wrong()
  }
  if (!['http:', 'https:'].includes(url.protocol)) throw wrong()
  if (url.username || url.password) throw new TypeError('an address has no user and no password; the token is an argument of its own')
  url.search = url.hash = ''
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  return url
}

/** @param {Response} answer */
async function whole(answer) {
  const parts = []
  let length = 0
  const reader = answer.body?.getReader()
  for (let part; reader && !(part = await reader.read()).done;) {
    length += part.value.length
    if (length > MOST) {
      await reader.cancel()
      throw new Error("the answer is longer than a gateway's")
    }
    parts.push(part.value)
  }
  const all = new Uint8Array(length)
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0)
  return all
}

/**
 * @param {Response} answer
 * @param {Uint8Array} text
 */
function refused(answer, text) {
  const problem = object(new TextDecoder().decode(text))
  if (typeof problem?.code !== 'string') return new Unreachable(`the answer is ${answer.status}, not as a gateway does`)
  const wait = Number.parseInt(answer.headers.get('Retry-After') ?? '', 10) || 0
  return refusal(problem.code, String(problem.detail ?? problem.title ?? problem.code), wait)
}

/**
 * object is the one that is in a text; nothing if there is another value, or none.
 *
 * @param {string} text
 * @returns {any}
 */
function object(text) {
  try {
    const found = JSON.parse(text)
    return typeof found === 'object' && !Array.isArray(found) ? found ?? undefined : undefined
  } catch {
    return undefined
  }
}

/** @param {any} why of a fetch, which hides it behind "fetch failed" */
function reason(why) {
  return why?.cause?.message || why?.cause?.code || why?.message || String(why)
}

export { PATIENCE, Port, object }
