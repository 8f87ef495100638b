import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { DeployError } from '../deploy/failure.ts'

/** Texts that nobody without the key can read or change. */
export interface Vault {
  /** `about` says what the text is of: sealed there, it opens nowhere else. */
  seal(text: string, about: string): string
  /** Throws state_unusable for what was sealed by another key, for something else, or was changed since. */
  open(sealed: string, about: string): string
}

/** Bytes of a key of AES-256. */
export const keyBytes = 32

/** 96 bits, as GCM wants it (NIST SP 800-38D §8.2.2): drawn anew for each text, so good for 2^32 of them under one key. */
const nonceBytes = 12
const tagBytes = 16
/** The form of what follows: AES-256-GCM, nonce, tag and text, in base64. */
const form = 'v1:'

export function createVault(key: Uint8Array): Vault {
  return {
    seal: (text, about) => {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(about))
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return form + Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64')
    },
    open: (sealed, about) => {
      try {
        const bytes = Buffer.from(sealed.slice(form.length), 'base64')
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes }).setAAD(Buffer.from(about))
        decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes))
        return decipher.update(bytes.subarray(nonceBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8')
      } catch (cause) {
        throw new DeployError('state_unusable', `${about} in the record does not open with the key of this state folder`, {
          fix: 'Put the key and the database of one backup back together.',
          cause,
        })
      }
    },
  }
}
