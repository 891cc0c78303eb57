// What the tests of the gateway have users of the package do: node flows.mjs FLOW URL [READ_TOKEN]. The token is in
// SERVER_TOKEN. With CJS=yes the package is required, as older programs do.

import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'

const found = process.env.CJS ? createRequire(import.meta.url)('futuopend-gateway') : await import('futuopend-gateway')
const { FutuOpenDManager, Gateway, NotReady, Refused, STATUS, errors } = found

const [, , flow, url, readToken] = process.argv
const token = process.env.SERVER_TOKEN
const typed = createInterface({ input: process.stdin })[Symbol.asyncIterator]()

async function ask({ wrong }) {
  console.log(`type the SMS code: [${wrong}]`)
  return (await typed.next()).value.trim()
}

async function tell(what, call) {
  try {
    console.log(what, '->', await call())
  } catch (why) {
    console.log(what, '->', why.name, why instanceof Refused ? `${why.code} ${why.wait > 0} ${why.message}` : why.message)
  }
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

const flows = {
  // A bot that gives codes, and follows what happens meanwhile.
  async bot() {
    const gateway = new Gateway(url, token)
    let seq
    for await (const event of gateway.events(0)) {
      seq = event.seq
      break
    }
    let told
    const connected = new Promise((resolve) => { told = resolve })
    const following = (async () => {
      for await (const event of gateway.events(seq)) {
        console.log(`${event.seq} ${event.kind}: ${event.from} -> ${event.to}`)
        if (event.to === 'connected') told()
      }
    })().catch((why) => why.name)
    const codes = gateway.onCode(ask)
    const now = await gateway.waitReady({ timeout: 300_000 })
    console.log('ready:', now.state, now.ready)
    await connected // the events have a connection of their own, and may come later
    gateway.close()
    await codes.ended
    console.log('ended:', await following)
  },

  async not_ready() {
    const gateway = new Gateway(url, token)
    await gateway.waitReady({ timeout: 2000 }).catch((why) => console.log(why instanceof NotReady, why.message))
    await gateway.waitReady({ signal: AbortSignal.timeout(500) }).catch((why) => console.log('cancelled:', why.name))
  },

  async refusals() {
    const gateway = new Gateway(url, token)
    await tell('12', () => gateway.code('12'))
    await tell('no code', () => gateway.code('come home'))
    await tell('resend', async () => (await gateway.resend()).state)
    await tell('resend again', () => gateway.resend())
    await tell('picture', () => gateway.captcha())
    await tell('wrong', async () => (await gateway.code('000000')).result)
    await tell('an SMS', async () => (await gateway.code('[Futu] Your verification code is 314159, valid for 5 minutes.')).result)
    await tell('one more', () => gateway.code('314159'))
    await tell('lines', async () => (await gateway.lines()).length > 0)
    await tell('start', async () => (await gateway.init()).state)
    gateway.close()
    await tell('closed', () => gateway.status())
  },

  async token() {
    await tell('wait', () => new Gateway(url, 'a-wrong-token-of-somebody').waitReady())
    await tell('no token', () => new Gateway(url).waitReady())
    await tell('manager', () => new FutuOpenDManager(url, { token: 'a-wrong-token-of-somebody' }).ready())
    const reader = new Gateway(url, readToken)
    await tell('read', async () => (await reader.status()).state)
    await tell('answer', () => reader.code('314159'))
    await tell('onCode', () => reader.onCode(() => '314159').ended)
  },

  async code() {
    const gateway = new Gateway(url, token)
    await tell('asked for', async () => (await gateway.status()).state)
    await tell('code', async () => (await gateway.code(process.env.CODE ?? '314159')).result)
  },

  async captcha() {
    const gateway = new Gateway(url, token)
    let picture
    while (!picture) {
      picture = await gateway.captcha().catch((why) => { if (!(why instanceof errors.PictureMissing)) throw why })
      await sleep(100)
    }
    console.log('picture:', String.fromCharCode(...picture.slice(1, 4)))
    await tell('wrong', async () => (await gateway.answerCaptcha('XXXX')).result)
    while ((await gateway.status()).state !== 'awaiting_captcha') await sleep(100)
    await tell('right', async () => (await gateway.answerCaptcha('K7QX')).result)
  },

  // A user of the original: each line is a call, and each frame is printed.
  async manager() {
    const manager = new FutuOpenDManager(url, { token, terminateAfterIdle: Number(process.env.IDLE) || false })
    manager.on('message', (frame) => console.log(JSON.stringify(frame)))
    for await (const line of typed) {
      const [call, ...values] = line.split(' ')
      if (call === 'exit') break
      await tell(line, async () => {
        const answer = await manager[call](...values)
        return call === 'status' ? Object.keys(STATUS).find((name) => STATUS[name] === answer) : answer ?? 'done'
      })
    }
    manager.close()
  },
}

await flows[flow]()
process.stdin.destroy()
