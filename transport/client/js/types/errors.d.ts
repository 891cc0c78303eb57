/** What can go wrong. Everything thrown on purpose is a GatewayError, apart from TypeError for an address or a token that cannot be one. */
export class GatewayError extends Error {
  constructor(message: string)
}

/** It was closed. */
export class Closed extends GatewayError {
  readonly name: 'Closed'
}

/** No gateway answered, or the connection was lost. What was sent before that may have been done. */
export class Unreachable extends GatewayError {
  readonly name: 'Unreachable'
}

/** Quotes do not work yet, and the time is over. The message says in which state it was, and what was missing. */
export class NotReady extends GatewayError {
  readonly name: 'NotReady'
}

/**
 * The gateway did not obey: nothing was typed. Each error of the gateway is a class of its own below this one. An error
 * that this version of the package does not know is a plain Refused, with its code.
 */
export class Refused extends GatewayError {
  constructor(message: string, code?: string, wait?: number)
  /** The word of the wire. */
  readonly code: string
  /** Seconds after which it is worth trying again; 0 if waiting alone does not help. */
  readonly wait: number
}

/** The frame is no JSON object, or has no text as type. Correct the client. */
export class FrameInvalid extends Refused {
  readonly code: 'frame_invalid'
}

/** The frame is binary. Send a text frame. */
export class FrameNotText extends Refused {
  readonly code: 'frame_not_text'
}

/** The frame has more than 4096 bytes. Correct the client. */
export class FrameTooLarge extends Refused {
  readonly code: 'frame_too_large'
}

/** There is no such type. Send INIT, STATUS or VERIFY_CODE. */
export class TypeUnknown extends Refused {
  readonly code: 'type_unknown'
}

/** The body is no JSON object, lacks the text member, or took longer than 5 s. Send what the HTTP table shows. */
export class BodyInvalid extends Refused {
  readonly code: 'body_invalid'
}

/** The body has more than 4096 bytes. Correct the client. */
export class BodyTooLarge extends Refused {
  readonly code: 'body_too_large'
}

/** The code is not a text of 4 to 8 digits. Send it again as it stands in the SMS. */
export class CodeInvalid extends Refused {
  readonly code: 'code_invalid'
}

/** The text has several codes, and nothing tells which one is meant. Send the right one alone. */
export class CodeUnclear extends Refused {
  readonly code: 'code_unclear'
}

/** FUTU_GATE is no, so FutuOpenD's clients are not known. There is nothing to do. */
export class GateOff extends Refused {
  readonly code: 'gate_off'
}

/** Another code is being verified. Wait for CONNECTED or REQUEST_CODE. */
export class CodePending extends Refused {
  readonly code: 'code_pending'
}

/** The account is logged in, or no SMS can be asked for in this state. There is nothing to do. */
export class CodeNotWanted extends Refused {
  readonly code: 'code_not_wanted'
}

/** Five codes of this SMS were wrong. Ask for another SMS, and send its code. */
export class CodesSpent extends Refused {
  readonly code: 'codes_spent'
}

/** The answer is not 1 to 8 ASCII letters and digits. Read the picture again. */
export class CaptchaInvalid extends Refused {
  readonly code: 'captcha_invalid'
}

/** No captcha is wanted. Look at the state. */
export class CaptchaNotWanted extends Refused {
  readonly code: 'captcha_not_wanted'
}

/** There is a token, and the request does not have it. Give the token. */
export class Unauthorized extends Refused {
  readonly code: 'unauthorized'
}

/** This gateway did not make the ticket, or it was restarted since. Send the token, or wait for the next message. */
export class TicketWrong extends Refused {
  readonly code: 'ticket_wrong'
}

/** The ticket was used already. Send the token, or wait for the next message. */
export class TicketUsed extends Refused {
  readonly code: 'ticket_used'
}

/** Another challenge is open, or none, or 15 minutes are over. Send the token, or wait for the next message. */
export class TicketExpired extends Refused {
  readonly code: 'ticket_expired'
}

/** The token allows less than this. Send the token that the message names. */
export class TokenScope extends Refused {
  readonly code: 'token_scope'
}

/** A session does not allow this, or not any more. Send the token. */
export class TicketScope extends Refused {
  readonly code: 'ticket_scope'
}

/** The address is no IP address, with or without a port. Send one that GET /clients has. */
export class AddressInvalid extends Refused {
  readonly code: 'address_invalid'
}

/** After is no number. Send a seq, or 0. */
export class AfterInvalid extends Refused {
  readonly code: 'after_invalid'
}

/** The daemon has not written the picture yet, or it is older than the request, or no PNG. Try again in a moment, then POST /resend. */
export class PictureMissing extends Refused {
  readonly code: 'picture_missing'
}

/** The password is not one line of 1 to 128 bytes. Send it again. */
export class PasswordInvalid extends Refused {
  readonly code: 'password_invalid'
}

/** The daemon does not ask for a password. Look at the state. */
export class PasswordNotWanted extends Refused {
  readonly code: 'password_not_wanted'
}

/** A browser page of another site sent the request. Use the gateway's own page. */
export class OriginForeign extends Refused {
  readonly code: 'origin_foreign'
}

/** The request names a host that is not known as this gateway. Set SERVER_HOSTS, or use the gateway's address. */
export class HostUnknown extends Refused {
  readonly code: 'host_unknown'
}

/** There is no such path. The message names a similar one. */
export class PathUnknown extends Refused {
  readonly code: 'path_unknown'
}

/** The path takes other methods, which Allow lists. Use one of those. */
export class MethodWrong extends Refused {
  readonly code: 'method_wrong'
}

/** A password came from another machine. Run futuopend-gateway password where the gateway runs. */
export class NotLocal extends Refused {
  readonly code: 'not_local'
}

/** Starting now would repeat a refusal or exceed a limit. Correct what the message names, or wait until the time it gives. */
export class NotSafe extends Refused {
  readonly code: 'not_safe'
}

/** A file with a secret cannot be read, is empty or has no password, so nothing is started. Mend the file that the message names; it is read again at the next start. */
export class SecretsUnusable extends Refused {
  readonly code: 'secrets_unusable'
}

/** More than eight wrong tokens a second came from this address; this one was not looked at. Try again. */
export class TooManyGuesses extends Refused {
  readonly code: 'too_many_guesses'
}

/** Another SMS within a minute or a seventh within an hour; more than ten codes or pictures within a minute; a second start within a minute that is not safe; more than seven wrong passwords of one login within a day. Wait as long as the message and Retry-After say. */
export class TooSoon extends Refused {
  readonly code: 'too_soon'
}

/** The daemon does not read its terminal. Wait until it is asked for again, and send it again. */
export class NotTyped extends Refused {
  readonly code: 'not_typed'
}

/** The disk takes nothing, and nothing is typed before it is recorded. Make room on the disk, and send it again. */
export class JournalUnwritable extends Refused {
  readonly code: 'journal_unwritable'
}

/** All places for clients are taken. Connect again later. */
export class TooManyClients extends Refused {
  readonly code: 'too_many_clients'
}

/** Wait is not 0 to 600 seconds. Send for example ?wait=60. */
export class WaitInvalid extends Refused {
  readonly code: 'wait_invalid'
}

/** The gateway is stopping. Connect again when it is back. */
export class Unavailable extends Refused {
  readonly code: 'unavailable'
}
