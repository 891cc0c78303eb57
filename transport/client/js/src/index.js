// The package for browsers.

import { FutuOpenDManager, STATUS } from './manager.js'
import { Gateway } from './gateway.js'
import { GatewayError, Closed, Unreachable, NotReady, Refused } from './errors.js'
import * as errors from './errors.js'

export { FutuOpenDManager, STATUS, Gateway, GatewayError, Closed, Unreachable, NotReady, Refused, errors }
