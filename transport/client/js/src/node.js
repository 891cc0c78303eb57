// The package on Node: what a browser has, and the package ws where Node has no WebSocket of its own, if it is installed.

import { createRequire } from 'node:module'
import { provide } from './socket.js'
import { FutuOpenDManager, STATUS } from './manager.js'
import { Gateway } from './gateway.js'
import { GatewayError, Closed, Unreachable, NotReady, Refused } from './errors.js'
import * as errors from './errors.js'

provide(() => {
  try {
    return createRequire(import.meta.url)('ws').WebSocket
  } catch {
    return undefined // not installed
  }
})

export { FutuOpenDManager, STATUS, Gateway, GatewayError, Closed, Unreachable, NotReady, Refused, errors }
