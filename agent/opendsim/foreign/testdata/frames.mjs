// Speaks to the daemon's port with the definitions of an official package and the ciphers of OpenSSL. The framing is
// written after the manual: no package of npm speaks it. frames.mjs PORT KEYFILE
import { connect } from 'node:net'
import { readFileSync } from 'node:fs'
import { constants, createCipheriv, createDecipheriv, createHash, privateDecrypt, publicEncrypt } from 'node:crypto'
const { default: definitions } = await import('futu-api/proto.js')

const [port, file] = process.argv.slice(2)
const pem = file && readFileSync(file)
const size = 128 // bytes of a key of 1024 bits
const pieces = (b, n) => Array.from({ length: Math.ceil(b.length / n) }, (_, i) => b.subarray(i * n, i * n + n))
const unpadded = b => b.subarray(b.indexOf(0, 2) + 1) // Node takes PKCS#1 v1.5 out of its private decryption
const rsa = {
  encrypt: b => Buffer.concat(pieces(b, 100).map(p => publicEncrypt({ key: pem, padding: constants.RSA_PKCS1_PADDING }, p))),
  decrypt: b => Buffer.concat(pieces(b, size).map(p => unpadded(privateDecrypt({ key: pem, padding: constants.RSA_NO_PADDING }, p)))),
}
const plain = { encrypt: b => b, decrypt: b => b }
let session = plain
const cipher = id => !pem ? plain : id === 1001 ? rsa : session
const sha1 = b => createHash('sha1').update(b).digest()

const socket = connect(Number(port), '127.0.0.1')
const waiting = new Map()
let received = Buffer.alloc(0)
socket.on('data', chunk => {
  received = Buffer.concat([received, chunk])
  while (received.length >= 44 && received.length >= 44 + received.readUInt32LE(12)) {
    const head = received.subarray(0, 44)
    const body = received.subarray(44, 44 + head.readUInt32LE(12))
    received = received.subarray(44 + body.length)
    const text = cipher(head.readUInt32LE(2)).decrypt(body)
    if (!sha1(text).equals(head.subarray(16, 36))) throw new Error('the SHA-1 differs')
    waiting.get(head.readUInt32LE(8))?.(text)
  }
})

let serial = 0
const ask = async (id, name, c2s) => {
  const body = Buffer.from(definitions.lookup(`${name}.Request`).encode({ c2s }).finish())
  const text = cipher(id).encrypt(body)
  const head = Buffer.alloc(44)
  head.write('FT')
  head.writeUInt32LE(id, 2)
  head.writeUInt32LE(++serial, 8)
  head.writeUInt32LE(text.length, 12)
  sha1(body).copy(head, 16)
  socket.write(Buffer.concat([head, text]))
  const answer = await new Promise(done => waiting.set(serial, done))
  return definitions.lookup(`${name}.Response`).decode(answer)
}

const init = await ask(1001, 'InitConnect', { clientVer: 300, clientID: 'foreign', packetEncAlgo: pem ? 2 : -1 })
console.log('InitConnect:', init.retType, init.retMsg)
if (init.retType !== 0) process.exit(0)
const { connAESKey, aesCBCiv, loginUserID, keepAliveInterval } = init.s2c
console.log('user:', String(loginUserID), 'interval:', keepAliveInterval)
session = {
  encrypt: b => { const c = createCipheriv('aes-128-cbc', connAESKey, aesCBCiv); return Buffer.concat([c.update(b), c.final()]) },
  decrypt: b => { const c = createDecipheriv('aes-128-cbc', connAESKey, aesCBCiv); return Buffer.concat([c.update(b), c.final()]) },
}
const { s2c } = await ask(1002, 'GetGlobalState', { userID: 0 })
console.log('qotLogined:', s2c.qotLogined, 'programStatus:', s2c.programStatus.type)
const alive = await ask(1004, 'KeepAlive', { time: 1 })
console.log('KeepAlive:', alive.retType)
process.exit(0)
