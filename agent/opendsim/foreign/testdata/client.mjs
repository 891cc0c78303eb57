// Connects with an official package and says what it learns: client.mjs PACKAGE PORT KEY state|session
const [name, port, key, what] = process.argv.slice(2)
globalThis.WebSocket ??= (await import('ws')).WebSocket
console.debug = () => {} // the packages tell each of their steps
const { default: Client } = await import(name)
const { default: definitions } = await import(`${name}/proto.js`)
const ready = definitions.lookup('Common.ProgramStatusType').values.ProgramStatusType_Ready

const say = (...words) => console.log(...words)
const end = () => process.exit(0)
const client = new Client()

client.onlogin = async ok => {
  say('logged in:', ok)
  if (!ok) end()
  if (what !== 'state') return
  const { s2c } = await client.GetGlobalState({ c2s: { userID: 0 } })
  say('qotLogined:', s2c.qotLogined)
  say('trdLogined:', s2c.trdLogined)
  say('serverVer:', s2c.serverVer)
  say('programStatus:', [ready, 'ProgramStatusType_Ready'].includes(s2c.programStatus.type) ? ready : s2c.programStatus.type)
  end()
}

const seen = []
client.onPush = (cmd, { s2c }) => {
  if (!s2c.connectStatus) return
  const now = s2c.connectStatus.qotLogined
  say('pushed qotLogined:', now)
  seen.push(now)
  if (now && seen.includes(false)) end()
}

client.start('127.0.0.1', Number(port), false, key)
client.websock.onerror = () => { say('no connection'); end() }
