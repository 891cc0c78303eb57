/** A client for futuopend-gateway, which runs FutuOpenD. */

import * as errors from './errors.js'
import { GatewayError, Closed, Unreachable, NotReady, Refused } from './errors.js'

export { errors, GatewayError, Closed, Unreachable, NotReady, Refused }

/** States of the gateway. New ones may come. */
export type State =
  | 'idle' | 'initializing' | 'awaiting_code' | 'verifying' | 'connected'
  | 'awaiting_captcha' | 'reconnecting' | 'awaiting_password' | 'closed' | 'halted'

/** What FutuOpenD wants of a person. Times are texts of RFC 3339, as new Date() takes them. */
export interface Challenge {
  id: number
  kind: 'code' | 'captcha' | 'password'
  asked: string
  /** When another SMS may be asked for. */
  again?: string
  /** Codes that may be typed within this minute. */
  attempts_left?: number
}

/** Why quotes do not work, for a person. */
export interface Trouble {
  since: string
  /** The kind of the event that is the latest reason, or the class of failure. */
  class: string
  reason: string
  detail?: string
  advice: string
  /** What happens next by itself. */
  next: string
  told?: string
}

/** The whole state at one moment. What else the gateway tells is here too, by the names of asyncapi.yaml. */
export interface Status {
  state: State
  /** The state as a number of version 1. */
  status: number
  since?: string
  /** Of the latest event. */
  seq: number
  /** Quotes would work now. */
  ready: boolean
  /** The first part that is missing for that; empty if it is ready. */
  missing: string
  challenge: Challenge | undefined
  trouble: Trouble | undefined
  /** When FutuOpenD is started by itself. */
  next_start?: string
  [more: string]: unknown
}

/** One entry of the gateway's journal. */
export interface Event {
  seq: number
  at: string
  kind: string
  from: State
  to: State
  detail?: string
  /** The challenge that it is about. */
  challenge?: number
  [more: string]: unknown
}

/** What became of an answer. */
export interface Result {
  /**
   * accepted; rejected: it was wrong or too old, or the login failed with it; expired: it was held for too long and never
   * typed; timeout: nothing came of it; refused: it could not be typed after all; held: none is wanted yet, and the gateway
   * keeps it for the first request.
   */
  result: 'accepted' | 'rejected' | 'expired' | 'timeout' | 'refused' | 'held'
  /** The challenge that was answered, 0 if it is held. */
  challenge: number
  accepted: boolean
}

/** A command was obeyed: the state after it, and the challenge that is open or being answered. */
export interface Ack {
  state: State
  challenge?: number
}

/** A code is wanted: what the function of onCode gets. */
export interface CodeWanted {
  challenge: number
  asked: string
  /** When another SMS may be asked for, with resend. */
  again?: string
  /** What became of the code before, as a sentence; empty if this is the first. */
  wrong: string
}

/** What onCode started. */
export interface CodeWatch {
  /**
   * Resolves when it was closed, or its Gateway. It rejects if it ends by itself: the token is wrong or allows too
   * little, or the function threw. A rejection that nobody looks at ends Node.
   */
  readonly ended: Promise<void>
  /** Ends it. What the function returns after that is not sent. */
  close(): void
}

export interface Until {
  /** Ends the call, which then throws the signal's reason. */
  signal?: AbortSignal
}

export interface Patience extends Until {
  /** Milliseconds. */
  timeout?: number
}

export interface GatewayOptions {
  /** A class with the interface of the browser's, instead of the platform's or that of ws. */
  WebSocket?: unknown
}

/**
 * One gateway, by version 2 of the wire. It holds no connection between calls. Every call throws Unreachable if no gateway
 * answers, and a class of Refused if the gateway does not obey. waitReady, events and onCode go on by themselves where a
 * connection is lost, after pauses that grow to 15 seconds.
 */
export class Gateway {
  /**
   * @param url what a browser opens, http://127.0.0.1:8000 if it is left out
   * @param token SERVER_TOKEN, ANSWER_TOKEN or READ_TOKEN; nothing if the gateway has none
   */
  constructor(url?: string | URL, token?: string | null, options?: GatewayOptions)
  /** Ends all that is done with it: that throws Closed. */
  close(): void

  /** The whole state. */
  status(options?: Until): Promise<Status>
  /** The latest lines that FutuOpenD printed, at most 64, oldest first, without secrets. */
  lines(options?: Until): Promise<string[]>
  /**
   * Resolves once quotes work: connect to FutuOpenD's API then. A login that waits for a person is waited for, and so is a
   * gateway that is out of reach or starts again. After the timeout it throws NotReady, which says what is missing; without
   * one it waits for ever. A token that is missing or wrong throws at once.
   */
  waitReady(options?: Patience): Promise<Status>
  /**
   * Every event after a sequence number, and then each as it happens: 0 is as far back as the gateway remembers, nothing is
   * from now on. A lost connection is made again, and goes on after the last event, so that none is missed and none comes
   * twice. What the gateway has forgotten is missing, which the gap in seq shows.
   */
  events(after?: number, options?: Until): AsyncGenerator<Event, never, void>

  /**
   * Gives an SMS code, or the SMS that has it, and waits for what becomes of it: a minute at most, if the gateway stays.
   * It is sent once: if the connection is lost meanwhile, the gateway's journal tells what became of it. Unreachable then
   * means that this could not be learnt within the timeout, which is two minutes.
   */
  code(text: string, options?: Patience): Promise<Result>
  /**
   * Calls give whenever an SMS code is wanted, and sends what it returns, a code or the SMS that has it. Each challenge is
   * asked for once, and again only if what came was no code, so that nothing was typed. A wrong code is a new challenge:
   * its CodeWanted.wrong says so. Nothing as an answer leaves the challenge to others.
   */
  onCode(give: (wanted: CodeWanted) => Awaitable<string | null | undefined | void>, options?: Until): CodeWatch
  /** The picture that is to be read, a PNG or a JPEG. errors.PictureMissing: FutuOpenD has not written it yet. */
  captcha(options?: Until): Promise<Uint8Array>
  /** Gives the characters of the picture, and waits for what becomes of them, as code does. */
  answerCaptcha(text: string, options?: Patience): Promise<Result>
  /** Asks for another SMS, which makes the last one void, or for another picture, whichever is wanted. */
  resend(options?: Until): Promise<Ack>
  /** Asks for a picture: for another one, or for one in the stead of an SMS that does not come. */
  newCaptcha(options?: Until): Promise<Ack>

  /** Starts FutuOpenD if nothing runs. errors.NotSafe: that would repeat a refusal, or exceed what the broker tolerates. */
  init(options?: Until): Promise<Ack>
  /** Stops FutuOpenD and starts it: one more login. It is refused as init is. */
  restart(options?: Until): Promise<Ack>
  /** Stops FutuOpenD, until init or restart. */
  stop(options?: Until): Promise<Ack>
}

export type Awaitable<T> = T | PromiseLike<T>

/** The states as numbers of version 1. The spelling is that of the original. */
export declare const STATUS: {
  CLOSED: number
  ORIGIN: number
  INIT: number
  REQUESTING_VERIFICATION_CODE: number
  VERIFIYING_CODE: number
  CONNECTED: number
  REQUESTING_CAPTCHA: number
  RECONNECTING: number
  REQUESTING_PASSWORD: number
  HALTED: number
}

/** A frame of version 1. New types may come. */
export interface Frame {
  type: string
  /** Of STATUS. */
  status?: number
  /** Of ERROR: one of the gateway's errors. */
  error?: string
  message?: string
}

export interface ManagerOptions extends GatewayOptions {
  /** Milliseconds without a frame either way after which the connection is ended; ready() makes another one. */
  terminateAfterIdle?: number | false
  token?: string | null
}

/** Version 1 of the wire, under the names of the package @ostai/futuopend. It connects at once, and again where the connection is lost. */
export class FutuOpenDManager {
  constructor(url: string | URL, options?: ManagerOptions)
  /**
   * Resolves once there is a connection, however long that takes. It throws a class of Refused if the gateway does not let
   * this client in, and Closed after close. Where the connection was ended it makes another one.
   */
  ready(): Promise<void>
  /** Starts FutuOpenD if nothing runs, and a start is safe; as soon as there is a connection. */
  init(): void
  /** Gives a code. Where none is wanted yet, the gateway keeps it for the first request; the last one wins. Throws Unreachable without a connection. */
  sendCode(code: string | number): void
  /** The state, a number of STATUS. */
  status(): Promise<number>
  /** Sends a frame. Throws Unreachable without a connection. */
  send(message: object): void
  /** Calls the listener with each frame of a type, such as REQUEST_CODE, or with every one for message. What it returns ends that. */
  on(type: string, listener: (frame: Frame) => void): () => void
  /** Ends the connection, with a close code and a reason if they are given. */
  close(code?: number, reason?: string): void
  /** Ends the connection at once. */
  terminate(): void
}
