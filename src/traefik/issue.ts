import 'reflect-metadata'
import type { webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const hour = 3_600_000
const day = 24 * hour

/** Lives as long as the machine: everybody who trusts it would have to do so again. */
const authorityDays = 3650
/** Apple's limit for what users' own authorities sign is 825 days, for public ones 398. */
const leafDays = 397

/** An authority of our own; key and certificate in one PEM, so that the pair is always a pair. */
export async function issueAuthority(nowMs: number): Promise<string> {
  const keys = await newKeys()
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=Torii local authority',
    keys,
    ...valid(nowMs, authorityDays),
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return pemOf(certificate, keys)
}

/** A server certificate for these names, signed by that authority; key and certificate in one PEM. */
export async function issueLeaf(authorityPem: string, hosts: string[], nowMs: number): Promise<string> {
  const authority = new X509Certificate(certificateIn(authorityPem))
  const keys = await newKeys()
  const certificate = await X509CertificateGenerator.create({
    subject: 'CN=Torii',
    issuer: authority.subject,
    publicKey: keys.publicKey,
    signingKey: await signingKeyIn(authorityPem),
    ...valid(nowMs, leafDays),
    signingAlgorithm: algorithm,
    extensions: await leafExtensions(authority, hosts, keys),
  })
  return pemOf(certificate, keys)
}

/** The certificate alone, without the key. */
export function certificateIn(pem: string): string {
  const [certificate = ''] = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/.exec(pem) ?? []
  return certificate
}

async function leafExtensions(authority: X509Certificate, hosts: string[], keys: webcrypto.CryptoKeyPair) {
  return [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    new SubjectAlternativeNameExtension(hosts.map((value) => ({ type: isIP(value) ? 'ip' : 'dns', value }))),
    await SubjectKeyIdentifierExtension.create(keys.publicKey),
    await AuthorityKeyIdentifierExtension.create(authority.publicKey),
  ]
}

/** An hour back, for clients whose clock is behind. */
function valid(nowMs: number, days: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(nowMs - hour), notAfter: new Date(nowMs + days * day) }
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
}

async function pemOf(certificate: X509Certificate, keys: webcrypto.CryptoKeyPair): Promise<string> {
  const key = PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY')
  return `${key}\n${certificate.toString('pem')}\n`
}

async function signingKeyIn(pem: string): Promise<webcrypto.CryptoKey> {
  const [key = ''] = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/.exec(pem) ?? []
  return crypto.subtle.importKey('pkcs8', PemConverter.decodeFirst(key), algorithm, false, ['sign'])
}
