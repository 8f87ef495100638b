import type { ImageFacts } from '../deploy/plan.ts'

/** Looks into images that are on this machine, and starts nothing. */
export interface ImageLook {
  /** null: it is not here. */
  image(reference: string): Promise<LocalImage | null>
}

export interface LocalImage {
  facts: ImageFacts
  /** Which of these programs are on its PATH; null: it could not be told. */
  has(programs: string[]): Promise<Record<string, boolean | null>>
}
