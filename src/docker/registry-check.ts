import { randomBytes } from 'node:crypto'
import type { LoginCheck } from '../deploy/registries.ts'
import type { Ask } from '../engine-api/ask.ts'
import { EngineAnswer } from '../engine-api/engine-answer.ts'
import { serverAddress } from '../registry-host.ts'
import { cleanText } from '../text/clean.ts'
import { reasonOf } from './engine-errors.ts'

/** ms. A registry may send us on to a server for tokens, and either may be slow. */
const patience = 30_000

interface Answer {
  IdentityToken?: string
}

/**
 * Has the engine log in to the registry (`/v2/`, and its server for tokens), from where it pulls and with its own certificates and proxies. A
 * registry that takes any login at all says nothing about this one.
 */
export async function checkLogin(ask: Ask, host: string, { username, password }: { username: string; password: string }): Promise<LoginCheck> {
  try {
    const { IdentityToken = '' } = await login(ask, host, username, password)
    const isOpen = await login(ask, host, `torii-${randomBytes(6).toString('hex')}`, randomBytes(12).toString('hex')).then(
      () => true,
      () => false,
    )
    return { is: isOpen ? 'not_asked' : 'accepted', identityToken: IdentityToken === '' ? null : IdentityToken }
  } catch (error) {
    if (!(error instanceof EngineAnswer)) throw error
    const words = cleanText(error.words, { max: 300 })
    return { is: isRefusal(error) ? 'refused' : 'unreachable', words }
  }
}

/** 401 of the engine; older ones answer 500 with the registry's words. */
function isRefusal({ status, words }: EngineAnswer): boolean {
  return status === 401 || reasonOf(words, 'pull') === 'registry_auth' || /incorrect username or password/i.test(words)
}

function login(ask: Ask, host: string, username: string, password: string): Promise<Answer> {
  return ask<Answer>({ method: 'POST', path: '/auth', body: { username, password, serveraddress: serverAddress(host) }, within: patience })
}
