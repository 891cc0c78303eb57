"""A client for futuopend-gateway, which runs FutuOpenD: wait until quotes work, give codes, follow what happens.

    from futuopend_gateway import Gateway

    gateway = Gateway("http://127.0.0.1:8000")
    gateway.on_code(lambda wanted: input(f"{wanted.wrong} SMS code: "))
    gateway.wait_ready(timeout=600)
"""

from importlib import metadata as _metadata

from . import errors
from ._watch import CodeWatch
from .aio import AsyncGateway
from .errors import Closed, GatewayError, NotReady, Refused, Unreachable
from .gateway import Gateway
from .state import Challenge, CodeWanted, Event, Result, Status, Trouble

try:
    __version__ = _metadata.version("futuopend-gateway")
except _metadata.PackageNotFoundError:  # the source, not installed
    __version__ = "0"

__all__ = [
    "AsyncGateway",
    "Challenge",
    "Closed",
    "CodeWanted",
    "CodeWatch",
    "Event",
    "Gateway",
    "GatewayError",
    "NotReady",
    "Refused",
    "Result",
    "Status",
    "Trouble",
    "Unreachable",
    "__version__",
    "errors",
]
