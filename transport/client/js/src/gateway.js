// The gateway, for programs that wait: version 2 of the wire, and HTTP where that alone has something.

import { find, result } from './answer.js'
import { Closed, NotReady, Unreachable } from './errors.js'
import { Link } from './link.js'
import { Port } from './port.js'
import { FIRST, Pauses, sleep, within } from './time.js'
import { CodeWatch } from './watch.js'

// Milliseconds in which what became of a code must be known. The gateway knows within a minute.
const LEARNT = 120_000

class Gateway {
  #port
  #closing = new AbortController()

  /**
   * @param {string | URL} [url]
   * @param {string | null} [token]
   * @param {{ WebSocket?: any }} [options]
   */
  constructor(url = 'http://127.0.0.1:8000', token = undefined, options = {}) {
    this.#port = new Port(url, token, options)
  }

  close() {
    this.#closing.abort(new Closed("the gateway's client is closed"))
  }

  /** @param {{ signal?: AbortSignal }} [options] */
  #signals({ signal } = {}) {
    return signal ? [this.#closing.signal, signal] : [this.#closing.signal]
  }

  /**
   * @template T
   * @param {{ signal?: AbortSignal } | undefined} options
   * @param {(link: Link) => Promise<T>} use
   */
  async #on(options, use) {
    const link = await Link.open(this.#port, AbortSignal.any(this.#signals(options)))
    try {
      return await use(link)
    } finally {
      link.close()
    }
  }

  // What is

  /** @param {{ signal?: AbortSignal }} [options] */
  status(options) {
    return this.#on(options, async (link) => status(link.status))
  }

  /** @param {{ signal?: AbortSignal }} [options] */
  async lines(options) {
    const { lines } = await this.#on(options, (link) => link.ask('LINES'))
    return Array.isArray(lines) ? lines.map(String) : []
  }

  /** @param {{ timeout?: number, signal?: AbortSignal }} [options] */
  waitReady({ timeout = Infinity, signal } = {}) {
    let last = 'no gateway was reached'
    const late = () => new NotReady(`quotes do not work after ${timeout / 1000} s: ${last}`)
    return within(timeout, late, this.#signals({ signal }), (until) => this.#again(until, async (link, pauses) => {
      for await (const now of link.statuses()) {
        pauses.good()
        if (now.ready) return status(now)
        last = missing(now)
      }
    }, (why, pause) => { if (pause === FIRST) last += `; then: ${why.message}` }))
  }

  /**
   * #again does something on a connection, and on another one if that is lost, until it comes to something.
   *
   * @param {AbortSignal} until
   * @param {(link: Link, pauses: Pauses) => Promise<any>} use
   * @param {(why: any, pause: number) => void} [lost]
   */
  async #again(until, use, lost = () => {}) {
    for (const pauses = new Pauses(); ;) {
      try {
        return await this.#on({ signal: until }, (link) => use(link, pauses))
      } catch (why) {
        until.throwIfAborted()
        const pause = pauses.after(why)
        lost(why, pause)
        await sleep(pause, until)
      }
    }
  }

  // What happens

  /**
   * @param {number} [after]
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {AsyncGenerator<import('../types/index.js').Event, never, void>}
   */
  async *events(after, options) {
    const until = AbortSignal.any(this.#signals(options))
    for (const pauses = new Pauses(); ;) {
      let link
      try {
        link = await Link.open(this.#port, until)
        after ??= /** @type {number} */ (link.status.seq)
        if (link.status.seq < after) after = 0 // the journal was begun anew
        link.send({ type: 'SUBSCRIBE', after })
        for (;;) {
          const event = await link.of('EVENT')
          after = event.seq
          pauses.good()
          yield untyped(event)
        }
      } catch (why) {
        until.throwIfAborted()
        await sleep(pauses.after(why), until)
      } finally {
        link?.close()
      }
    }
  }

  // Answers

  /**
   * @param {string} text
   * @param {{ timeout?: number, signal?: AbortSignal }} [options]
   */
  code(text, options) {
    return this.#answer('code', options, async (link, until) => {
      const code = String(text).trim()
      if (/^[0-9]{0,32}$/.test(code)) return link.ask('VERIFY_CODE', { code })
      return this.#port.ask('POST', '/code', { code }, until) // the WebSocket takes no texts
    })
  }

  /**
   * @param {string} text
   * @param {{ timeout?: number, signal?: AbortSignal }} [options]
   */
  answerCaptcha(text, options) {
    return this.#answer('captcha', options, (link) => link.ask('VERIFY_CAPTCHA', { answer: String(text) }))
  }

  /**
   * #answer gives something once, and looks in the journal for what becomes of it.
   *
   * @param {'code' | 'captcha'} kind
   * @param {{ timeout?: number, signal?: AbortSignal } | undefined} options
   * @param {(link: Link, until: AbortSignal) => Promise<any>} give
   */
  #answer(kind, { timeout = LEARNT, signal } = {}, give) {
    let lost = 'the time was over'
    const late = () => new Unreachable(`what became of it was not learnt in time: ${lost}`)
    return within(timeout, late, this.#signals({ signal }), async (until) => {
      /** @type {any} */
      let before
      let given
      try {
        given = await this.#on({ signal: until }, (link) => {
          before = link.status
          return give(link, until)
        })
      } catch (why) {
        until.throwIfAborted()
        if (!(why instanceof Unreachable) || !before || before.state !== `awaiting_${kind}`) throw why
        lost = why.message
      }
      if (given && kind === 'code' && given.state !== 'verifying' && before.state !== 'awaiting_code') return result('held')
      const challenge = (given?.state === 'verifying' && given.challenge) || before.challenge?.id || 0
      return find(this.events(before.seq, { signal: until }), before.seq, kind, challenge, lost)
    })
  }

  /** @param {{ signal?: AbortSignal }} [options] */
  captcha({ signal } = {}) {
    return this.#port.bytes('GET', '/captcha.png', undefined, AbortSignal.any(this.#signals({ signal })))
  }

  /**
   * @param {(wanted: any) => any} give
   * @param {{ signal?: AbortSignal }} [options]
   */
  onCode(give, options) {
    const follow = (until, use) => this.#again(until, async (link, pauses) => {
      for await (const now of link.statuses()) {
        pauses.good()
        await use(now)
      }
    })
    return new CodeWatch(this, follow, give, this.#signals(options))
  }

  /** @param {{ signal?: AbortSignal }} [options] */
  resend(options) {
    return this.#on(options, (link) => link.ask(link.status.state === 'awaiting_captcha' ? 'NEW_CAPTCHA' : 'RESEND_CODE')).then(untyped)
  }

  /** @param {{ signal?: AbortSignal }} [options] */
  newCaptcha(options) {
    return this.#on(options, (link) => link.ask('NEW_CAPTCHA')).then(untyped)
  }

  // FutuOpenD itself

  /** @param {{ signal?: AbortSignal }} [options] */
  init(options) {
    return this.#on(options, (link) => link.ask('INIT')).then(untyped)
  }

  /** @param {{ signal?: AbortSignal }} [options] */
  restart(options) {
    return this.#on(options, (link) => link.ask('RESTART')).then(untyped)
  }

  /** @param {{ signal?: AbortSignal }} [options] */
  stop(options) {
    return this.#on(options, (link) => link.ask('STOP')).then(untyped)
  }
}

/**
 * untyped is a frame without what only a connection needs.
 *
 * @param {any} frame
 * @returns {any}
 */
function untyped({ type, id, ...told }) {
  return told
}

/**
 * @param {any} frame
 * @returns {import('../types/index.js').Status}
 */
function status(frame) {
  return /** @type {any} */ ({ missing: '', challenge: undefined, trouble: undefined, ...untyped(frame) })
}

function missing(now) {
  const text = `the state is ${now.state}, and ${now.missing || 'a proof'} is missing`
  return now.trouble?.reason ? `${text}: ${now.trouble.reason}` : text
}

export { Gateway }
