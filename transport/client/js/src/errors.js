// What can go wrong. Everything thrown on purpose is a GatewayError.

class GatewayError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message)
    this.name = new.target.name
  }
}

class Closed extends GatewayError {}

class Unreachable extends GatewayError {}

class NotReady extends GatewayError {}

class Refused extends GatewayError {
  static code = ''

  /**
   * @param {string} message
   * @param {string} [code] of an error that has no class here
   * @param {number} [wait] seconds
   */
  constructor(message, code, wait = 0) {
    super(message)
    this.code = code || new.target.code
    this.wait = wait
  }
}

// Each error of the gateway is a class: a test in Go holds them to its table.

class FrameInvalid extends Refused {
  static code = 'frame_invalid'
}

class FrameNotText extends Refused {
  static code = 'frame_not_text'
}

class FrameTooLarge extends Refused {
  static code = 'frame_too_large'
}

class TypeUnknown extends Refused {
  static code = 'type_unknown'
}

class BodyInvalid extends Refused {
  static code = 'body_invalid'
}

class BodyTooLarge extends Refused {
  static code = 'body_too_large'
}

class CodeInvalid extends Refused {
  static code = 'code_invalid'
}

class CodeUnclear extends Refused {
  static code = 'code_unclear'
}

class GateOff extends Refused {
  static code = 'gate_off'
}

class CodePending extends Refused {
  static code = 'code_pending'
}

class CodeNotWanted extends Refused {
  static code = 'code_not_wanted'
}

class CodesSpent extends Refused {
  static code = 'codes_spent'
}

class CaptchaInvalid extends Refused {
  static code = 'captcha_invalid'
}

class CaptchaNotWanted extends Refused {
  static code = 'captcha_not_wanted'
}

class Unauthorized extends Refused {
  static code = 'unauthorized'
}

class TicketWrong extends Refused {
  static code = 'ticket_wrong'
}

class TicketUsed extends Refused {
  static code = 'ticket_used'
}

class TicketExpired extends Refused {
  static code = 'ticket_expired'
}

class TokenScope extends Refused {
  static code = 'token_scope'
}

class TicketScope extends Refused {
  static code = 'ticket_scope'
}

class AddressInvalid extends Refused {
  static code = 'address_invalid'
}

class AfterInvalid extends Refused {
  static code = 'after_invalid'
}

class PictureMissing extends Refused {
  static code = 'picture_missing'
}

class PasswordInvalid extends Refused {
  static code = 'password_invalid'
}

class PasswordNotWanted extends Refused {
  static code = 'password_not_wanted'
}

class OriginForeign extends Refused {
  static code = 'origin_foreign'
}

class HostUnknown extends Refused {
  static code = 'host_unknown'
}

class PathUnknown extends Refused {
  static code = 'path_unknown'
}

class MethodWrong extends Refused {
  static code = 'method_wrong'
}

class NotLocal extends Refused {
  static code = 'not_local'
}

class NotSafe extends Refused {
  static code = 'not_safe'
}

class SecretsUnusable extends Refused {
  static code = 'secrets_unusable'
}

class TooManyGuesses extends Refused {
  static code = 'too_many_guesses'
}

class TooSoon extends Refused {
  static code = 'too_soon'
}

class NotTyped extends Refused {
  static code = 'not_typed'
}

class JournalUnwritable extends Refused {
  static code = 'journal_unwritable'
}

class TooManyClients extends Refused {
  static code = 'too_many_clients'
}

class WaitInvalid extends Refused {
  static code = 'wait_invalid'
}

class Unavailable extends Refused {
  static code = 'unavailable'
}

const BY_CODE = new Map([
  FrameInvalid, FrameNotText, FrameTooLarge, TypeUnknown, BodyInvalid, BodyTooLarge, CodeInvalid, CodeUnclear, GateOff,
  CodePending, CodeNotWanted, CodesSpent, CaptchaInvalid, CaptchaNotWanted, Unauthorized, TicketWrong, TicketUsed, TicketExpired,
  TokenScope, TicketScope, AddressInvalid, AfterInvalid, PictureMissing, PasswordInvalid, PasswordNotWanted, OriginForeign,
  HostUnknown, PathUnknown, MethodWrong, NotLocal, NotSafe, SecretsUnusable, TooManyGuesses, TooSoon, NotTyped, JournalUnwritable,
  TooManyClients, WaitInvalid, Unavailable,
].map((kind) => [kind.code, kind]))

/**
 * refusal is the error for what the gateway answered. One that this version of the package does not know is a plain Refused.
 *
 * @param {string} code
 * @param {string} message
 * @param {number} wait seconds
 * @returns {Refused}
 */
function refusal(code, message, wait) {
  return new (BY_CODE.get(code) ?? Refused)(message, code, wait)
}

export {
  GatewayError, Closed, Unreachable, NotReady, Refused, refusal,
  FrameInvalid, FrameNotText, FrameTooLarge, TypeUnknown, BodyInvalid, BodyTooLarge, CodeInvalid, CodeUnclear, GateOff,
  CodePending, CodeNotWanted, CodesSpent, CaptchaInvalid, CaptchaNotWanted, Unauthorized, TicketWrong, TicketUsed, TicketExpired,
  TokenScope, TicketScope, AddressInvalid, AfterInvalid, PictureMissing, PasswordInvalid, PasswordNotWanted, OriginForeign,
  HostUnknown, PathUnknown, MethodWrong, NotLocal, NotSafe, SecretsUnusable, TooManyGuesses, TooSoon, NotTyped, JournalUnwritable,
  TooManyClients, WaitInvalid, Unavailable,
}
