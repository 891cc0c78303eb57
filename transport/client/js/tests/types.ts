// Holds the types to the sources, and has what a user writes. It is checked, and never run.

import * as declared from '../types/index.js'
import * as source from '../src/index.js'
import * as node from '../src/node.js'

// The classes of errors are told apart by their names, which the sources have as texts.
type Declared = Pick<typeof declared, 'FutuOpenDManager' | 'STATUS' | 'Gateway'>
export const inBrowsers: Declared = source
export const onNode: Declared = node
export const noMore: Record<keyof typeof source, unknown> = declared
export const errors: Record<keyof typeof declared.errors, unknown> = source.errors

export async function bot(gateway: declared.Gateway): Promise<number> {
  const codes = gateway.onCode(async ({ wrong }) => (wrong === '' ? '123456' : undefined))
  const { ready, challenge }: declared.Status = await gateway.waitReady({ timeout: 1000, signal: AbortSignal.timeout(1) })
  codes.close()
  for await (const event of gateway.events()) {
    if (event.to === 'connected') return event.seq
  }
  return ready ? challenge?.id ?? 0 : 1
}

export function why(error: unknown): number {
  if (error instanceof declared.errors.TooSoon) return error.wait
  if (error instanceof declared.Closed || error instanceof declared.NotReady) return error.name.length
  if (error instanceof declared.errors.CodeInvalid) return error.code.length
  if (error instanceof declared.Refused && error.code === 'moon_full') return 1
  // @ts-expect-error: what is unknown has no wait
  return error.wait
}

export async function original(manager: declared.FutuOpenDManager): Promise<boolean> {
  await manager.ready()
  const stop = manager.on('REQUEST_CODE', ({ type }) => manager.sendCode(type))
  manager.init()
  stop()
  manager.close(1000, 'done')
  return (await manager.status()) === declared.STATUS.CONNECTED
}
