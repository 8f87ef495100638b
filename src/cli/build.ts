declare const TORII_BUILD: string

/** Hash of the bundle, given by the bundler; 'dev' when the sources are run. */
export const build = typeof TORII_BUILD === 'undefined' ? 'dev' : TORII_BUILD
