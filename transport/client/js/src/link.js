// One connection of version 2, for one call, which closes it.

import { Closed, Unreachable, refusal } from './errors.js'
import { object, PATIENCE } from './port.js'
import { OPEN, end } from './socket.js'

// The gateway is asked so often whether it is there, and a connection that is silent for longer is lost; in milliseconds.
// The gateway's pings are not shown to programs.
const ALIVE = 20_000
const SILENCE = 45_000
// Frames that wait for a slow reader at most. Then the connection ends; who reads events makes another one after the last.
const WAITING = 10_000

class Link {
  /** The first STATUS. */
  status
  #socket
  #signal
  #frames = []
  #why
  #wake = () => {}
  #heard = Date.now()
  #timers
  #aborted

  /**
   * open connects and waits for the greeting, which is the whole state.
   *
   * @param {import('./port.js').Port} port
   * @param {AbortSignal} signal that ends the connection
   */
  static async open(port, signal) {
    signal.throwIfAborted()
    const link = new Link(port.socket('futuopend.v2'), signal)
    try {
      link.status = await link.of('STATUS')
      return link
    } catch (why) {
      link.close()
      if (why instanceof Unreachable && !signal.aborted) await port.explain(signal)
      throw why
    }
  }

  /**
   * @param {any} socket
   * @param {AbortSignal} signal
   */
  constructor(socket, signal) {
    this.#socket = socket
    this.#signal = signal
    this.#aborted = () => { this.#frames = []; this.#lost(signal.reason) }
    signal.addEventListener('abort', this.#aborted)
    socket.onmessage = ({ data }) => this.#hear(data)
    socket.onerror = ({ message }) => this.#lost(new Unreachable(message || 'the connection failed'))
    socket.onclose = ({ code, reason }) => this.#lost(new Unreachable(`the connection was closed: ${code} ${reason}`.trim()))
    const greeting = setTimeout(() => this.status || this.#lost(new Unreachable('no gateway greets')), PATIENCE)
    this.#timers = [greeting, setInterval(() => this.#beat(), ALIVE)]
  }

  #hear(data) {
    this.#heard = Date.now()
    const frame = object(data)
    if (!frame || this.#why) return
    const last = this.#frames.at(-1)
    if (last && plain(last) && plain(frame)) this.#frames.pop() // the whole state again: the latest counts
    this.#frames.push(frame)
    if (this.#frames.length > WAITING) this.#lost(new Unreachable(`${WAITING} frames were not read`))
    this.#wake()
  }

  #beat() {
    if (Date.now() - this.#heard > SILENCE) this.#lost(new Unreachable('the gateway is silent'))
    else if (this.#socket.readyState === OPEN) this.send({ type: 'STATUS' })
  }

  #lost(why) {
    if (this.#why) return
    this.#why = why
    this.#timers?.forEach(clearTimeout)
    this.#signal.removeEventListener('abort', this.#aborted)
    end(this.#socket)
    this.#wake()
  }

  close() {
    this.#lost(new Closed('the connection was closed'))
  }

  /** @param {object} frame */
  send(frame) {
    if (this.#socket.readyState === OPEN) this.#socket.send(JSON.stringify(frame))
  }

  /**
   * next is the next frame. It throws why the connection ended once all that came before is read. It has one caller.
   *
   * @returns {Promise<any>}
   */
  async next() {
    while (this.#frames.length === 0) {
      if (this.#why) throw this.#why
      await new Promise((resolve) => { this.#wake = () => resolve(undefined) })
    }
    return this.#frames.shift()
  }

  /**
   * of is the next frame of a type.
   *
   * @param {string} type
   */
  async of(type) {
    for (;;) {
      const frame = await this.next()
      if (frame.type === type) return frame
      if (frame.type === 'ERROR') throw refusedBy(frame)
    }
  }

  /** statuses are the state now, and each time it changes. */
  async *statuses() {
    for (let now = this.status; ; now = await this.of('STATUS')) yield now
  }

  /**
   * ask sends a command, and is the frame that answers it.
   *
   * @param {string} type
   * @param {object} [members]
   */
  async ask(type, members) {
    const id = type
    this.send({ type, id, ...members })
    for (;;) {
      const frame = await this.next()
      if (frame.id !== id) continue
      if (frame.type === 'ERROR') throw refusedBy(frame)
      return frame
    }
  }
}

function plain(frame) {
  return frame.type === 'STATUS' && frame.id === undefined
}

function refusedBy({ error, message, wait }) {
  return refusal(String(error), String(message), Number(wait) || 0)
}

export { Link }
