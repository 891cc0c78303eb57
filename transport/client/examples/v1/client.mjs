import { createInterface } from 'node:readline/promises'

const socket = new WebSocket(process.argv[2] ?? 'ws://127.0.0.1:8000/')
let terminal

socket.onmessage = async ({ data }) => {
  console.log(data)
  const { type } = JSON.parse(data)
  if (type === 'REQUEST_CODE') {
    terminal ??= createInterface({ input: process.stdin, output: process.stdout })
    const code = await terminal.question('code: ')
    socket.send(JSON.stringify({ type: 'VERIFY_CODE', code }))
  } else if (type === 'CONNECTED') {
    process.exit(0)
  }
}
socket.onclose = socket.onerror = ({ code, reason, message }) => {
  console.error('the connection ended:', message ?? code, reason ?? '')
  process.exit(1)
}
