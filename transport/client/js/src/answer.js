// What became of a code, also where the connection was lost before the gateway said it.

import { Unreachable } from './errors.js'

/**
 * resultOf is what an event says of the answer to a challenge of this kind, as fsm.Entry.Result does; nothing for nothing.
 *
 * @param {{ kind: string, from: string, to: string }} event
 * @param {string} kind
 * @returns {Exclude<Word, 'held'> | undefined}
 */
function resultOf(event, kind) {
  if (event.kind === 'code_dropped') return 'expired'
  if (event.kind === 'code_refused') return 'refused'
  if (event.from !== 'verifying' || event.to === 'verifying') return undefined
  if (event.kind === 'code_timeout' || event.kind === 'captcha_timeout') return 'timeout'
  if (event.kind === 'code_not_typed' || event.kind === 'captcha_not_typed') return 'refused'
  if (event.to === 'connected' || (kind === 'captcha' && event.to === 'awaiting_code')) return 'accepted'
  if (event.kind === 'boot' || (event.to === 'closed' && ['stop', 'exited'].includes(event.kind))) return 'timeout'
  return 'rejected'
}

/** @typedef {import('../types/index.js').Result['result']} Word */

/**
 * @param {Word} word
 * @param {number} [challenge]
 */
function result(word, challenge = 0) {
  return { result: word, challenge, accepted: word === 'accepted' }
}

/**
 * find looks in the journal for what became of an answer.
 *
 * @param {AsyncIterable<any>} events after the latest one before it was given
 * @param {number} seq of that one
 * @param {string} kind
 * @param {number} challenge that was answered, 0 if that is not known
 * @param {string} lost why it has to be looked for
 */
async function find(events, seq, kind, challenge, lost) {
  let typed = false
  for await (const event of events) {
    seq += 1
    if (event.seq !== seq) {
      throw new Unreachable(`the journal does not go back so far: ${event.seq} comes after ${seq - 1}; looked for because: ${lost}`)
    }
    if (event.kind === `${kind}_typed` && (challenge === 0 || challenge === event.challenge)) {
      typed = true
      challenge = event.challenge
    } else if (typed) {
      const word = resultOf(event, kind)
      if (word) return result(word, challenge)
    } else if (event.kind === 'boot') {
      throw new Unreachable(`the gateway was started again, and had not typed it: ${lost}`)
    }
  }
  throw new Unreachable(`the events ended: ${lost}`)
}

export { resultOf, result, find }
