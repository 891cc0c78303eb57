// Which WebSocket there is. It has the interface of browsers.

let elsewhere = () => undefined

/**
 * provide says where to look if the platform has none: src/node.js does, for the package ws.
 *
 * @param {() => any} find
 */
function provide(find) {
  elsewhere = find
}

/**
 * @param {any} given by the user, who comes first
 * @returns {new (url: string, protocols: string[]) => WebSocket}
 */
function socketClass(given) {
  const found = given ?? globalThis.WebSocket ?? elsewhere()
  if (found) return found
  throw new TypeError('this platform has no WebSocket: use Node 22 or newer, or npm install ws, or node --experimental-websocket')
}

const OPEN = 1

/**
 * end closes a connection, at once where it can: who waits for the other side's goodbye holds a process for half a minute.
 *
 * @param {any} socket
 * @param {any[]} [why] the code and the reason
 */
function end(socket, why = []) {
  if (why.length > 0 || !socket.terminate) socket.close(...why)
  else socket.terminate()
}

export { provide, socketClass, OPEN, end }
