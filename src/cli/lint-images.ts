import type { Config } from '../config.ts'
import type { ImageLook } from '../lint/image-look.ts'
import { engineAnswers } from './ask-engine.ts'

/** null: no engine answers, so images are not looked into. */
export async function imageLook(config: Config): Promise<ImageLook | null> {
  if (!(await engineAnswers(config))) return null
  const [{ createAsk }, { dockerImageLook }] = await Promise.all([import('../engine-api/ask.ts'), import('../lint/docker-image-look.ts')])
  return dockerImageLook(createAsk(config))
}
