// The daemon's frames, with the definitions of an official package and the ciphers of OpenSSL. The framing is
// written after the manual: no package of npm speaks it.
import { connect } from 'node:net'
import { constants, createCipheriv, createDecipheriv, createHash, privateDecrypt, publicEncrypt } from 'node:crypto'
const { default: definitions } = await import('futu-api/proto.js')

const size = 128 // bytes of a key of 1024 bits
const pieces = (b, n) => Array.from({ length: Math.ceil(b.length / n) }, (_, i) => b.subarray(i * n, i * n + n))
const unpadded = b => b.subarray(b.indexOf(0, 2) + 1) // Node takes PKCS#1 v1.5 out of its private decryption
const plain = { encrypt: b => b, decrypt: b => b }
const withKey = pem => ({
  encrypt: b => Buffer.concat(pieces(b, 100).map(p => publicEncrypt({ key: pem, padding: constants.RSA_PKCS1_PADDING }, p))),
  decrypt: b => Buffer.concat(pieces(b, size).map(p => unpadded(privateDecrypt({ key: pem, padding: constants.RSA_NO_PADDING }, p)))),
})
const whole = c => b => Buffer.concat([c.update(b), c.final()])
const withSession = ({ connAESKey, aesCBCiv }) => ({
  encrypt: b => whole(createCipheriv('aes-128-cbc', connAESKey, aesCBCiv))(b),
  decrypt: b => whole(createDecipheriv('aes-128-cbc', connAESKey, aesCBCiv))(b),
})
const sha1 = b => createHash('sha1').update(b).digest()

// speak connects, and returns the socket, ask, and init, which is the first thing to ask. told hears each push of the daemon.
export const speak = (port, pem, told = () => {}) => {
  const rsa = pem ? withKey(pem) : plain
  let session = plain
  const cipher = id => id === 1001 ? rsa : session
  const socket = connect(Number(port), '127.0.0.1')
  const waiting = new Map()
  let received = Buffer.alloc(0)
  socket.on('data', chunk => {
    received = Buffer.concat([received, chunk])
    while (received.length >= 44 && received.length >= 44 + received.readUInt32LE(12)) {
      const head = received.subarray(0, 44)
      const body = received.subarray(44, 44 + head.readUInt32LE(12))
      received = received.subarray(44 + body.length)
      const id = head.readUInt32LE(2)
      const text = cipher(id).decrypt(body)
      if (!sha1(text).equals(head.subarray(16, 36))) throw new Error('the SHA-1 differs')
      if (id === 1003) told(definitions.lookup('Notify.Response').decode(text).s2c)
      else waiting.get(head.readUInt32LE(8))?.(text)
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
    const answer = new Promise(done => waiting.set(serial, done))
    socket.write(Buffer.concat([head, text]))
    return definitions.lookup(`${name}.Response`).decode(await answer)
  }
  const init = async recvNotify => {
    const answer = await ask(1001, 'InitConnect', { clientVer: 300, clientID: 'foreign', recvNotify, packetEncAlgo: pem ? 2 : -1 })
    if (pem && answer.retType === 0) session = withSession(answer.s2c)
    return answer
  }
  return { socket, ask, init }
}
