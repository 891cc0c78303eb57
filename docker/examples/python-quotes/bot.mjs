// What bot.py does, with the package futu-api of npm, through the WebSocket of FutuOpenD.
globalThis.WebSocket ??= (await import('ws')).WebSocket // Node 22 has its own
console.debug = () => {} // the package tells each of its steps
const { default: Futu } = await import('futu-api')

const host = process.env.FUTU_HOST ?? '127.0.0.1'
const port = Number(process.env.FUTU_WEBSOCKET_PORT ?? 33333)
const codes = (process.env.CODES ?? 'HK.00700').split(/[ ,]+/)
const markets = { HK: 1, US: 11, SH: 21, SZ: 22 } // Qot_Common.QotMarket
const basic = 1 // Qot_Common.SubType_Basic
const updates = 3005 // the number of Qot_UpdateBasicQot

const futu = new Futu()
const show = ({ basicQotList }) => basicQotList.forEach((q) => console.log('quote:', q.security.code, q.curPrice))

futu.onlogin = async (ok, why) => {
  if (!ok) return console.log('turned away:', why) // the package tries again by itself
  const { s2c } = await futu.GetGlobalState({ c2s: { userID: 0 } })
  console.log('connected:', s2c.serverVer, 'quotes are logged in:', s2c.qotLogined)
  const securityList = codes.map((c) => c.split('.')).map(([market, code]) => ({ market: markets[market], code }))
  try {
    await futu.Sub({ c2s: { securityList, subTypeList: [basic], isSubOrUnSub: true, isRegOrUnRegPush: true } })
    show((await futu.GetBasicQot({ c2s: { securityList } })).s2c)
  } catch (why) {
    console.log('no quotes:', why.retMsg ?? why)
  }
}
futu.onPush = (command, { s2c }) => command === updates && show(s2c)
futu.start(host, port, false, process.env.FUTU_WEBSOCKET_KEY ?? '')
