"""What can go wrong. Everything raised on purpose is a GatewayError."""

from __future__ import annotations

from typing import Dict, Type


class GatewayError(Exception):
    """Whatever this package raises, apart from ValueError for an address or a token that cannot be one."""


class Closed(GatewayError):
    """The Gateway was closed, here or in another thread."""


class Unreachable(GatewayError):
    """No gateway answered, or the connection was lost. What was sent before that may have been done."""


class NotReady(GatewayError, TimeoutError):
    """Quotes do not work yet, and the time is over. The text says in which state it was, and what was missing."""


class Refused(GatewayError):
    """The gateway did not obey: nothing was typed.

    Each error of the gateway is a class of its own below this one. An error that this version of the package does not
    know is a plain Refused, with its code.
    """

    code: str = ""
    """The word of the wire."""
    message: str
    """A sentence for a person."""
    status: int
    """The HTTP status."""
    wait: int
    """Seconds after which it is worth trying again (Retry-After); 0 if waiting alone does not help."""
    state: str
    """The state of the gateway, empty if it did not say."""

    def __init__(self, message: str, *, code: str = "", status: int = 0, wait: int = 0, state: str = "") -> None:
        super().__init__(message)
        self.code = code or type(self).code
        self.message, self.status, self.wait, self.state = message, status, wait, state


class BodyInvalid(Refused):
    """The body is no JSON object, lacks the text member, or took longer than 5 s. Send what the HTTP table shows."""

    code = "body_invalid"


class BodyTooLarge(Refused):
    """The body has more than 4096 bytes. Correct the client."""

    code = "body_too_large"


class CodeInvalid(Refused):
    """The code is not a text of 4 to 8 digits. Send it again as it stands in the SMS."""

    code = "code_invalid"


class CodeUnclear(Refused):
    """The text has several codes, and nothing tells which one is meant. Send the right one alone."""

    code = "code_unclear"


class GateOff(Refused):
    """FUTU_GATE is no, so FutuOpenD's clients are not known. There is nothing to do."""

    code = "gate_off"


class CodePending(Refused):
    """Another code is being verified. Wait for CONNECTED or REQUEST_CODE."""

    code = "code_pending"


class CodeNotWanted(Refused):
    """The account is logged in, or no SMS can be asked for in this state. Nothing."""

    code = "code_not_wanted"


class CodesSpent(Refused):
    """Five codes of this SMS were wrong. Ask for another SMS, and send its code."""

    code = "codes_spent"


class CaptchaInvalid(Refused):
    """The answer is not 1 to 8 ASCII letters and digits. Read the picture again."""

    code = "captcha_invalid"


class CaptchaNotWanted(Refused):
    """No captcha is wanted. Look at the state."""

    code = "captcha_not_wanted"


class Unauthorized(Refused):
    """There is a token, and the request does not have it. Give Gateway the token."""

    code = "unauthorized"


class TicketWrong(Refused):
    """This gateway did not make the ticket, or it was restarted since. Send the token, or wait for the next message."""

    code = "ticket_wrong"


class TicketUsed(Refused):
    """The ticket was used already. Send the token, or wait for the next message."""

    code = "ticket_used"


class TicketExpired(Refused):
    """Another challenge is open, or none, or 15 minutes are over. Send the token, or wait for the next message."""

    code = "ticket_expired"


class TokenScope(Refused):
    """The token allows less than this. Send the token that the message names."""

    code = "token_scope"


class TicketScope(Refused):
    """A session does not allow this, or not any more. Send the token."""

    code = "ticket_scope"


class AddressInvalid(Refused):
    """Address is no IP address, with or without a port. Send one that GET /clients has."""

    code = "address_invalid"


class AfterInvalid(Refused):
    """After is no number. Send a seq, or 0."""

    code = "after_invalid"


class PictureMissing(Refused):
    """The daemon has not written the picture yet, or it is older than the request, or no PNG. Try again in a moment,
    then POST /resend."""

    code = "picture_missing"


class PasswordInvalid(Refused):
    """The password is not one line of 1 to 128 bytes. Send it again."""

    code = "password_invalid"


class PasswordNotWanted(Refused):
    """The daemon does not ask for a password. Look at the state."""

    code = "password_not_wanted"


class OriginForeign(Refused):
    """A browser page of another site sent the request. Use the gateway's own page."""

    code = "origin_foreign"


class HostUnknown(Refused):
    """The request names a host that is not known as this gateway. Set SERVER_HOSTS, or use the gateway's address."""

    code = "host_unknown"


class PathUnknown(Refused):
    """There is no such path. The message names a similar one."""

    code = "path_unknown"


class MethodWrong(Refused):
    """The path takes other methods, which Allow lists. Use one of those."""

    code = "method_wrong"


class NotLocal(Refused):
    """A password came from another machine. Run futuopend-gateway password where the gateway runs."""

    code = "not_local"


class NotSafe(Refused):
    """Starting now would repeat a refusal or exceed a limit. Correct what the message names, or wait until the time it
    gives."""

    code = "not_safe"


class SecretsUnusable(Refused):
    """A file with a secret cannot be read, is empty or has no password, so nothing is started. Mend the file that the
    message names; it is read again at the next start."""

    code = "secrets_unusable"


class TooManyGuesses(Refused):
    """More than eight wrong tokens a second came from this address; this one was not looked at. Try again."""

    code = "too_many_guesses"


class TooSoon(Refused):
    """Another SMS within a minute or a seventh within an hour; more than ten codes or pictures within a minute; a
    second start within a minute that is not safe; more than seven wrong passwords of one login within a day. Wait as
    long as the message and Retry-After say."""

    code = "too_soon"


class NotTyped(Refused):
    """The daemon does not read its terminal. Wait until it is asked for again, and send it again."""

    code = "not_typed"


class JournalUnwritable(Refused):
    """The disk takes nothing, and nothing is typed before it is recorded. Make room on the disk, and send it again."""

    code = "journal_unwritable"


class TooManyClients(Refused):
    """All places for clients are taken. Connect again later."""

    code = "too_many_clients"


class WaitInvalid(Refused):
    """Wait is not 0 to 600 seconds. Send for example ?wait=60."""

    code = "wait_invalid"


class Unavailable(Refused):
    """The gateway is stopping. Connect again when it is back."""

    code = "unavailable"


BY_CODE: Dict[str, Type[Refused]] = {kind.code: kind for kind in Refused.__subclasses__()}
"""Each error of the gateway, by its word."""


def refusal(code: str, message: str, status: int, wait: int, state: str) -> Refused:
    """The exception for what the gateway answered."""
    return BY_CODE.get(code, Refused)(message, code=code, status=status, wait=wait, state=state)
