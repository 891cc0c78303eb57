import { createInterface } from 'node:readline'

const url = process.argv[2] ?? 'ws://127.0.0.1:8000/'
const token = process.env.SERVER_TOKEN
const protocols = token ? ['futuopend.v2', token] : ['futuopend.v2']

let socket // none while the next try is waited for
let status // the latest STATUS; none while there is no connection
let seq // of the latest event: a new connection goes on after it
let pause = 250 // milliseconds before the next try
let heard // when the gateway last said something
let waiting = [] // for a frame: { wanted, resolve }
let ids = 0

function connect() {
  const mine = new WebSocket(url, protocols)
  mine.onmessage = ({ data }) => mine === socket && hear(JSON.parse(data))
  mine.onclose = mine.onerror = () => lost(mine) // of a try that failed, Node 20 and 22 tell only the error
  socket = mine
  heard = Date.now()
}

function lost(which) {
  if (which !== socket) return // that is known already
  socket = status = undefined
  which.close()
  for (const { resolve } of waiting) resolve({ type: 'ERROR', message: 'the connection was lost; the events tell' })
  waiting = []
  console.log(`not connected; the next try is in ${pause} ms`)
  setTimeout(connect, pause)
  pause = Math.min(2 * pause, 15000)
}

function hear(frame) {
  heard = Date.now()
  if (frame.type === 'STATUS') {
    if (!status) { // the first frame of a connection
      pause = 250
      seq ??= frame.seq
      if (seq > frame.seq) seq = 0 // the journal was begun anew
      socket.send(JSON.stringify({ type: 'SUBSCRIBE', after: seq }))
    }
    const asked = status?.challenge?.id
    status = frame
    if (frame.state === 'awaiting_code' && frame.challenge.id !== asked) console.log('type the SMS code:')
  } else if (frame.type === 'EVENT') {
    seq = frame.seq
    console.log(`${frame.seq} ${frame.kind}: ${frame.from} -> ${frame.to}`)
  }
  const done = waiting.filter(({ wanted }) => wanted(frame))
  waiting = waiting.filter((w) => !done.includes(w))
  for (const { resolve } of done) resolve(frame)
}

// next is the next frame that is wanted, or an ERROR if the connection is lost.
function next(wanted) {
  return new Promise((resolve) => waiting.push({ wanted, resolve }))
}

// command sends a command and returns its ACK or ERROR.
function command(type, members) {
  const id = ++ids
  const answer = next((frame) => frame.id === id)
  socket.send(JSON.stringify({ type, id, ...members }))
  return answer
}

async function give(code) {
  if (status?.state !== 'awaiting_code') return console.log('no code is wanted now; nothing was sent')
  const challenge = status.challenge.id
  const result = next((frame) => frame.type === 'CODE_RESULT' && frame.challenge === challenge)
  const answer = await command('VERIFY_CODE', { code })
  if (answer.type === 'ERROR') return console.log('refused:', answer.message) // answer.wait: seconds, if waiting helps
  const { result: became, message } = await result
  console.log('the code:', became ?? message)
}

setInterval(() => { // a gateway that is gone without a word is known by its silence
  if (socket && Date.now() - heard > 45000) lost(socket)
  if (status) socket.send(JSON.stringify({ type: 'STATUS' }))
}, 20000)
createInterface({ input: process.stdin }).on('line', give)
connect()
