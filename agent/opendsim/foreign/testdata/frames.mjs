// Speaks to the daemon's port once: frames.mjs PORT KEYFILE
import { readFileSync } from 'node:fs'
import { speak } from './wire.mjs'

const [port, file] = process.argv.slice(2)
const { ask, init } = speak(port, file && readFileSync(file))

const hello = await init(false)
console.log('InitConnect:', hello.retType, hello.retMsg)
if (hello.retType !== 0) process.exit(0)
console.log('user:', String(hello.s2c.loginUserID), 'interval:', hello.s2c.keepAliveInterval)
const { s2c } = await ask(1002, 'GetGlobalState', { userID: 0 })
console.log('qotLogined:', s2c.qotLogined, 'programStatus:', s2c.programStatus.type)
const alive = await ask(1004, 'KeepAlive', { time: 1 })
console.log('KeepAlive:', alive.retType)
process.exit(0)
