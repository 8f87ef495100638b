/** Kamiwaza's template variables, for `env_defaults` and for `environment` values (spec/readings.md, last paragraph). */
export interface Templates {
  app_port?: string
  deployment_id?: string
  app_name?: string
  app_access_path?: string
  app_path_url?: string
}

/** Expands the known `{name}`s; an unknown one stays, and so does `${name}`, which is the shell's or Compose's. */
export function expandTemplates(text: string, templates: Templates): string {
  return text.replace(/(?<!\$)\{(app_port|deployment_id|app_name|app_access_path|app_path_url)\}/g, (whole, name: keyof Templates) => templates[name] ?? whole)
}
