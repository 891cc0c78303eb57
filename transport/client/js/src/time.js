// Waits that end early, and the pauses between tries.

import { Refused, TooManyClients, TooManyGuesses, Unavailable, Unreachable } from './errors.js'

// Milliseconds before a lost connection is tried again, at first and at most: each failure doubles it.
const FIRST = 250
const LONGEST = 15_000
// A timer that is set for longer goes off at once; it is 24 days.
const TIMER = 2 ** 31 - 1

class Pauses {
  #next = FIRST

  good() {
    this.#next = FIRST
  }

  /**
   * after is how long to wait after a failure that is worth another try, in milliseconds. Every other one is thrown again.
   *
   * @param {any} why
   * @returns {number}
   */
  after(why) {
    const again = [Unreachable, TooManyClients, TooManyGuesses, Unavailable].some((kind) => why instanceof kind)
    if (!again) throw why
    const now = this.#next
    this.#next = Math.min(2 * now, LONGEST)
    return why instanceof Refused ? Math.max(now, 1000 * why.wait) : now
  }
}

/**
 * sooner is what a promise comes to, or the reason of the signal if that is aborted before.
 *
 * @template T
 * @param {Promise<T>} promise
 * @param {AbortSignal} signal
 * @returns {Promise<T>}
 */
async function sooner(promise, signal) {
  let stop = () => {}
  const aborted = new Promise((_, reject) => {
    stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop)
  })
  promise.catch(() => {}) // where the signal comes first nobody looks at it
  try {
    signal.throwIfAborted()
    return await Promise.race([promise, /** @type {Promise<never>} */ (aborted)])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/**
 * @param {number} ms
 * @param {AbortSignal} signal
 */
async function sleep(ms, signal) {
  let timer
  try {
    await sooner(new Promise((resolve) => { timer = setTimeout(resolve, Math.min(ms, TIMER)) }), signal)
  } finally {
    clearTimeout(timer)
  }
}

/**
 * within calls use with a signal that is aborted with one of the signals, or after so many milliseconds with what late makes.
 *
 * @template T
 * @param {number} ms
 * @param {() => Error} late
 * @param {AbortSignal[]} signals
 * @param {(until: AbortSignal) => Promise<T>} use
 * @returns {Promise<T>}
 */
async function within(ms, late, signals, use) {
  const over = new AbortController()
  const timer = ms < TIMER ? setTimeout(() => over.abort(late()), ms) : undefined
  try {
    return await use(AbortSignal.any([over.signal, ...signals]))
  } finally {
    clearTimeout(timer)
  }
}

export { FIRST, Pauses, sooner, sleep, within }
