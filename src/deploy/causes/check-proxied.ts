import { type Case, isOfCheck } from './case.ts'
import { asksItself, textOf } from './check-target.ts'
import { others } from './host-names.ts'
import { quote, type Rule, write } from './rule.ts'
import { environmentOf } from './stores.ts'

const proxyNames = ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY']

/** The variable that names a proxy for HTTP, and the host of that proxy; '': only the variable's name is known. */
function proxyOf(seen: Case): { name: string; host: string } | null {
  const env = environmentOf(seen)
  const name = proxyNames.find((each) => (env[each] ?? '') !== '' || seen.seen?.facts?.variables?.includes(each))
  if (name === undefined) return null
  return { name, host: /^(?:\w+:\/\/)?(?:[^@/]*@)?([\w.-]+)/.exec(env[name] ?? '')?.[1] ?? '' }
}

export const checkProxiedRules: Rule[] = [
  {
    id: 'check-through-proxy',
    about: 'a health check of its own container that goes through the proxy which `http_proxy` names',
    find: (seen) => {
      const { service, target, said, check } = seen
      const proxy = proxyOf(seen)
      if (!isOfCheck(seen) || check === null || target === null || !asksItself(target, service) || target.host === service) return null
      const named = proxy !== null && proxy.host !== '' && !asksItself({ ...target, host: proxy.host }, service) && said.includes(proxy.host)
      const byCurl = /Could not resolve proxy|from proxy|Proxy CONNECT aborted|Unable to connect to proxy|ProxyError/i.test(said)
      if (!byCurl && !named) return null
      const env = environmentOf(seen)
      const [noProxy = 'no_proxy', before = ''] = Object.entries(env).find(([name]) => /^no_proxy$/i.test(name)) ?? []
      const hosts = [...new Set([...before.split(',').filter((each) => each !== ''), 'localhost', '127.0.0.1', ...others(seen).map(({ name }) => name)])]
      return {
        clause: `the health check of ${service} asks ${target.host} through the proxy that ${proxy?.name ?? 'its variable http_proxy'} names, not its own container`,
        fix: `${write(service, 'environment:', `${noProxy}: ${hosts.join(',')}`)}: these are asked without the proxy.`,
        evidence: [`the check runs: ${quote(textOf(check))}`, `it ended with: ${quote(said)}`],
        sure: true,
      }
    },
  },
]
