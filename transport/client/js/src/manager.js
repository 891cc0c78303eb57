// Version 1 of the wire, under the names that the package of kaelzhang/docker-image-futuopend has.

import { Closed, Unreachable } from './errors.js'
import { object, Port } from './port.js'
import { OPEN, end } from './socket.js'
import { Pauses } from './time.js'

// The numbers of the states. The first six, and how they are spelled, are those of the original.
const STATUS = {
  CLOSED: -2,
  ORIGIN: -1,
  INIT: 0,
  REQUESTING_VERIFICATION_CODE: 1,
  VERIFIYING_CODE: 2,
  CONNECTED: 3,
  REQUESTING_CAPTCHA: 4,
  RECONNECTING: 5,
  REQUESTING_PASSWORD: 6,
  HALTED: -3,
}

// Milliseconds after which a gateway that says nothing is asked whether it is there, and after which it is gone.
const ALIVE = 20_000
const SILENCE = 45_000

class FutuOpenDManager {
  #port
  #idle
  #socket // none between two tries, and after close
  #retry // the timer of the next try
  #beat
  #idleTimer
  #heard = 0
  #pauses = new Pauses()
  #ready = deferred()
  #asked // who waits for a STATUS, all for the same
  #wantsInit = false
  #over = new AbortController()
  #listeners = new Map()

  /**
   * @param {string | URL} url
   * @param {{ terminateAfterIdle?: number | false, token?: string | null, WebSocket?: any }} [options]
   */
  constructor(url, { terminateAfterIdle = false, token = undefined, WebSocket = undefined } = {}) {
    this.#port = new Port(url, token, { WebSocket })
    this.#idle = terminateAfterIdle
    this.#connect()
  }

  async ready() {
    this.#ensure()
    await this.#ready.promise
  }

  init() {
    this.#wantsInit = true
    this.#ensure()
    if (this.#isOpen()) this.#sendWanted()
  }

  /** @param {string | number} code */
  sendCode(code) {
    this.send({ type: 'VERIFY_CODE', code: typeof code === 'number' ? String(code) : code })
  }

  async status() {
    if (!this.#asked) {
      this.#asked = deferred()
      this.#ensure()
      if (this.#isOpen()) this.#transmit({ type: 'STATUS' })
    }
    return this.#asked.promise
  }

  /** @param {object} message */
  send(message) {
    if (!this.#isOpen()) throw new Unreachable('there is no connection to the gateway now, and nothing was sent: wait for ready()')
    this.#transmit(message)
  }

  /**
   * @param {string} type of the frames, or message for all of them
   * @param {(frame: any) => void} listener
   */
  on(type, listener) {
    const of = this.#listeners.get(type) ?? new Set()
    this.#listeners.set(type, of.add(listener))
    return () => { of.delete(listener) }
  }

  /** @param {any[]} why a close code and a reason */
  close(...why) {
    const socket = this.#socket
    this.#end(new Closed('the connection was closed'))
    if (socket) end(socket, why.length > 0 ? why : [1000])
  }

  terminate() {
    const socket = this.#socket
    this.#end(new Closed('the connection was closed'))
    if (socket) end(socket)
  }

  #isOpen() {
    return this.#socket?.readyState === OPEN
  }

  #ensure() {
    if (!this.#socket && !this.#retry) this.#connect()
  }

  #connect() {
    this.#retry = undefined
    if (this.#over.signal.aborted) this.#over = new AbortController()
    const socket = this.#socket = this.#port.socket('futuopend.v1')
    this.#heard = Date.now()
    socket.onopen = () => this.#opened(socket)
    socket.onmessage = ({ data }) => socket === this.#socket && this.#hear(data)
    socket.onerror = socket.onclose = () => this.#lost(socket)
    clearInterval(this.#beat)
    this.#beat = setInterval(() => this.#look(socket), ALIVE)
    this.#touch()
  }

  #opened(socket) {
    if (socket !== this.#socket) return
    this.#pauses.good()
    this.#ready.resolve()
    this.#sendWanted()
    if (this.#asked) this.#transmit({ type: 'STATUS' })
  }

  /** #sendWanted sends the INIT that was asked for while there was no connection. It overrules nothing, so it may come late. */
  #sendWanted() {
    if (this.#wantsInit) this.#transmit({ type: 'INIT' })
    this.#wantsInit = false
  }

  #transmit(message) {
    this.#socket?.send(JSON.stringify(message))
    this.#touch()
  }

  #hear(data) {
    this.#heard = Date.now()
    const frame = object(data)
    if (!frame) return
    if (frame.type !== 'STATUS' || this.#asked) this.#touch() // what the beat asked for is no use of it
    if (frame.type === 'STATUS') {
      this.#asked?.resolve(frame.status)
      this.#asked = undefined
    }
    for (const type of [frame.type, 'message']) {
      for (const listener of [...this.#listeners.get(type) ?? []]) listener(frame)
    }
  }

  #look(socket) {
    if (Date.now() - this.#heard > SILENCE) this.#lost(socket)
    else if (this.#isOpen()) this.#socket?.send('{"type":"STATUS"}')
  }

  #touch() {
    if (!this.#idle) return
    clearTimeout(this.#idleTimer)
    this.#idleTimer = setTimeout(() => this.terminate(), this.#idle)
  }

  /** #lost tries again after a pause, unless the gateway says that it will not let this client in. */
  async #lost(socket) {
    if (socket !== this.#socket) return
    const { signal } = this.#over
    const opened = this.#ready.settled
    this.#ready = opened ? deferred() : this.#ready
    this.#socket = undefined
    clearInterval(this.#beat)
    end(socket)
    /** @type {any} */
    let why = new Unreachable('the connection was lost')
    this.#retry = setTimeout(() => {}, 0) // a try is under way
    try {
      await this.#port.explain(signal)
    } catch (told) {
      why = told
    }
    if (signal.aborted) return
    try {
      this.#retry = setTimeout(() => this.#connect(), this.#pauses.after(why))
    } catch {
      this.#end(why)
    }
  }

  /** #end is for good, until somebody wants something again. Who waits is told why. */
  #end(why) {
    clearInterval(this.#beat)
    clearTimeout(this.#idleTimer)
    clearTimeout(this.#retry)
    this.#socket = this.#retry = undefined
    this.#wantsInit = false
    this.#over.abort(why)
    this.#ready.reject(why)
    this.#asked?.reject(why)
    this.#ready = deferred()
    this.#asked = undefined
  }
}

/** deferred is a promise with what settles it. Nobody has to wait for it: a rejection that is not looked at harms nothing. */
function deferred() {
  const it = { settled: false, promise: Promise.resolve(), resolve: (value) => {}, reject: (why) => {} }
  it.promise = new Promise((resolve, reject) => {
    it.resolve = (value) => { it.settled = true; resolve(value) }
    it.reject = (why) => { it.settled = true; reject(why) }
  })
  it.promise.catch(() => {})
  return it
}

export { STATUS, FutuOpenDManager }
