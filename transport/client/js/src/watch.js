// The loop that asks for a code when one is wanted.

import { BodyInvalid, CodeInvalid, CodeUnclear, Refused, TokenScope, TooSoon, Unauthorized, Unreachable } from './errors.js'
import { Pauses, sleep, sooner } from './time.js'

// How often one challenge is asked for at most, should what comes be no code again and again.
const TRIES = 5
// What is answered to a text that has no code: somebody may have slipped.
const NO_CODE = [BodyInvalid, CodeInvalid, CodeUnclear]

/** @type {Record<string, string>} */
const SENTENCES = {
  accepted: '',
  rejected: 'the code was wrong or too old',
  expired: 'the code was kept for too long, and not typed',
  timeout: 'FutuOpenD did not say whether the code was right',
  refused: 'the code could not be typed',
}

class CodeWatch {
  #gateway
  #give
  #asked = 0 // the challenge that was asked for last
  #wrong = '' // what became of the code before
  #closing = new AbortController()
  #until

  /**
   * @param {import('./gateway.js').Gateway} gateway
   * @param {(until: AbortSignal, use: (now: any) => Promise<void>) => Promise<any>} follow calls use with each state
   * @param {(wanted: any) => any} give
   * @param {AbortSignal[]} signals
   */
  constructor(gateway, follow, give, signals) {
    this.#gateway = gateway
    this.#give = give
    this.#until = AbortSignal.any([this.#closing.signal, ...signals])
    /** Resolves after close, and rejects with why it ended by itself. */
    this.ended = follow(this.#until, (now) => this.#look(now)).catch((why) => {
      if (!this.#until.aborted) throw why
    })
  }

  close() {
    this.#closing.abort()
  }

  async #look(now) {
    if (['connected', 'closed', 'halted'].includes(now.state)) this.#wrong = ''
    // Where none may be typed, because too many were wrong, none is asked for.
    const { id = this.#asked, attempts_left: left } = now.challenge ?? {}
    if (now.state === 'awaiting_code' && id !== this.#asked && left !== 0) await this.#ask(now.challenge)
  }

  async #ask({ id, asked, again }) {
    this.#asked = id
    for (let i = 0; i < TRIES; i++) {
      const wanted = { challenge: id, asked, again, wrong: this.#wrong }
      const text = await sooner(Promise.resolve().then(() => this.#give(wanted)), this.#until)
      if (text === undefined || text === null) return
      if (!await this.#open(id)) {
        this.#wrong = ''
        return
      }
      try {
        this.#wrong = await this.#send(String(text), id)
        return
      } catch (why) {
        if (!(why instanceof Refused) || why instanceof Unauthorized || why instanceof TokenScope) throw why
        this.#wrong = why.message
        if (!NO_CODE.some((kind) => why instanceof kind)) return
      }
    }
  }

  /** #open is whether the challenge is still open. It is asked until somebody knows. */
  async #open(id) {
    for (const pauses = new Pauses(); ;) {
      try {
        const now = await this.#gateway.status({ signal: this.#until })
        return now.state === 'awaiting_code' && now.challenge?.id === id
      } catch (why) {
        this.#until.throwIfAborted()
        await sleep(pauses.after(why), this.#until)
      }
    }
  }

  /** #send sends a code once; again only where the gateway says that it came too soon. What comes back is what was wrong. */
  async #send(text, id) {
    for (;;) {
      try {
        const { result } = await this.#gateway.code(text, { signal: this.#until })
        return SENTENCES[result] ?? ''
      } catch (why) {
        this.#until.throwIfAborted()
        if (why instanceof Unreachable) return 'the connection was lost, and it is not known what became of the code'
        if (!(why instanceof TooSoon)) throw why
        await sleep(Math.max(1000, 1000 * why.wait), this.#until)
        if (!await this.#open(id)) throw why
      }
    }
  }
}

export { CodeWatch }
