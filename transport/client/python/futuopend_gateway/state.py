"""What the gateway tells, as values. Each keeps what came in raw, with members that this version does not know."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any, Dict, Mapping, Optional, cast

_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)")


def time_of(value: Any) -> Optional[datetime]:
    """The time in a text of RFC 3339, to the microsecond; None for what is none. Before 3.11 fromisoformat takes neither Z nor nine digits."""
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    seconds, fraction, zone = found.groups()
    moment = datetime.fromisoformat(seconds + ("+00:00" if zone == "Z" else zone)).astimezone(timezone.utc)
    return moment + timedelta(microseconds=int((fraction or "0")[:6].ljust(6, "0")))


def text_of(raw: Mapping[str, Any], name: str) -> str:
    value = raw.get(name)
    return value if isinstance(value, str) else ""


def number_of(raw: Mapping[str, Any], name: str) -> int:
    value = raw.get(name)
    return value if isinstance(value, int) else 0


def object_of(raw: Mapping[str, Any], name: str) -> Optional[Dict[str, Any]]:
    value = raw.get(name)
    return cast("Dict[str, Any]", value) if isinstance(value, dict) else None


@dataclass(frozen=True)
class Challenge:
    """What FutuOpenD wants of a person."""

    id: int
    kind: str
    """code, captcha or password"""
    asked: Optional[datetime]
    again: Optional[datetime]
    """When another SMS may be asked for."""
    attempts_left: Optional[int]
    """Codes that may be typed within this minute; None for what is no code."""

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Challenge:
        left = raw.get("attempts_left")
        return cls(
            number_of(raw, "id"),
            text_of(raw, "kind"),
            time_of(raw.get("asked")),
            time_of(raw.get("again")),
            left if isinstance(left, int) else None,
        )


@dataclass(frozen=True)
class Trouble:
    """Why quotes do not work, for a person."""

    reason: str
    detail: str
    advice: str
    next: str
    """What happens next by itself."""
    kind: str
    """The word of the wire, its class."""
    since: Optional[datetime]

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Trouble:
        reason, detail, advice = text_of(raw, "reason"), text_of(raw, "detail"), text_of(raw, "advice")
        return cls(reason, detail, advice, text_of(raw, "next"), text_of(raw, "class"), time_of(raw.get("since")))


@dataclass(frozen=True)
class Status:
    """The whole state at one moment."""

    state: str
    """idle, initializing, awaiting_code, verifying, connected, awaiting_captcha, reconnecting, awaiting_password, closed or halted"""
    ready: bool
    """Quotes would work now."""
    missing: str
    """The first part that is missing for that; empty if it is ready."""
    seq: int
    """Of the latest event."""
    since: Optional[datetime]
    challenge: Optional[Challenge]
    trouble: Optional[Trouble]
    next_start: Optional[datetime]
    """When FutuOpenD is started by itself."""
    raw: Mapping[str, Any] = field(repr=False, compare=False)

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Status:
        challenge, trouble = object_of(raw, "challenge"), object_of(raw, "trouble")
        return cls(
            state=text_of(raw, "state"),
            ready=raw.get("ready") is True,
            missing=text_of(raw, "missing"),
            seq=number_of(raw, "seq"),
            since=time_of(raw.get("since")),
            challenge=Challenge.of(challenge) if challenge else None,
            trouble=Trouble.of(trouble) if trouble else None,
            next_start=time_of(raw.get("next_start")),
            raw=raw,
        )


@dataclass(frozen=True)
class Event:
    """One entry of the gateway's journal."""

    seq: int
    at: Optional[datetime]
    kind: str
    from_state: str
    to_state: str
    detail: str
    challenge: int
    """The challenge that it is about, 0 for none."""
    raw: Mapping[str, Any] = field(repr=False, compare=False)

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Event:
        return cls(
            seq=number_of(raw, "seq"),
            at=time_of(raw.get("at")),
            kind=text_of(raw, "kind"),
            from_state=text_of(raw, "from"),
            to_state=text_of(raw, "to"),
            detail=text_of(raw, "detail"),
            challenge=number_of(raw, "challenge"),
            raw=raw,
        )


@dataclass(frozen=True)
class Result:
    """What became of an answer."""

    result: str
    """accepted; rejected: it was wrong or too old, or the login failed with it; expired: it was held for too long and never
    typed; timeout: nothing came of it; refused: it could not be typed after all; held: none is wanted yet, and the
    gateway keeps it for the first request."""
    challenge: int = 0
    """The challenge that was answered, 0 if it is held."""
    wait: int = 0
    """Seconds after which a code may be sent again, for refused."""

    @property
    def accepted(self) -> bool:
        """Whether FutuOpenD took it."""
        return self.result == "accepted"


@dataclass(frozen=True)
class CodeWanted:
    """A code is wanted: what the callback of on_code gets."""

    challenge: int
    asked: Optional[datetime]
    again: Optional[datetime]
    """When another SMS may be asked for, with resend."""
    wrong: str = ""
    """What became of the code before, as a sentence; empty if this is the first."""
