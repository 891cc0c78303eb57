// Connects again and again, as SDKs do, and says how each try and each connection ended, until it is killed:
// stays.mjs PACKAGE PORT, with an official package through the WebSocket, which tries again by itself, or
// stays.mjs frames PORT KEYFILE
import { readFileSync } from 'node:fs'

const [name, port, file] = process.argv.slice(2)
const say = (...words) => console.log(...words)
console.debug = () => {} // the packages tell each of their steps

const state = s2c => say('qotLogined:', s2c.qotLogined)
// heard takes a push. Once the session is back, the connection is used.
const heard = ({ connectStatus }, ask) => {
  if (!connectStatus) return
  say('pushed qotLogined:', connectStatus.qotLogined)
  if (connectStatus.qotLogined) ask()
}

const withPackage = async () => {
  const Socket = globalThis.WebSocket ?? (await import('ws')).WebSocket
  globalThis.WebSocket = class extends Socket {
    constructor(...args) {
      const tried = Date.now()
      super(...args)
      let open = false
      this.addEventListener('open', () => { open = true; say('let in') })
      this.addEventListener('close', () => open ? say('cut') : say('refused', tried))
    }
  }
  const { default: Client } = await import(name)
  const client = new Client()
  const ask = async () => state((await client.GetGlobalState({ c2s: { userID: 0 } })).s2c)
  client.onlogin = ok => ok ? ask() : say('turned away')
  client.onPush = (_, { s2c }) => heard(s2c, ask)
  client.start('127.0.0.1', Number(port), false, '')
}

// Encrypted with a key. A package tries again each second; so does this.
const withFrames = async () => {
  const { speak } = await import('./wire.mjs')
  const knock = () => {
    const tried = Date.now()
    let open = false
    const { socket, ask, init } = speak(port, readFileSync(file), s2c => heard(s2c, global))
    const global = async () => state((await ask(1002, 'GetGlobalState', { userID: 0 })).s2c)
    const beat = setInterval(() => open && ask(1004, 'KeepAlive', { time: 1 }), 3000)
    socket.on('error', () => {})
    socket.on('close', () => {
      clearInterval(beat)
      open ? say('cut') : say('refused', tried)
      setTimeout(knock, 1000)
    })
    socket.on('connect', async () => {
      open = true
      say('let in')
      const { retType, retMsg } = await init(true)
      retType === 0 ? await global() : say('turned away', retMsg)
    })
  }
  knock()
}

name === 'frames' ? withFrames() : withPackage()
