const tags = /<\/?(?:!doctype|html|head|body|title|meta|link|h[1-6]|p|br|hr|center|div|span|pre|a|ul|ol|li|b|i|strong|em|address|main|section)\b[^<>]{0,500}>/gi

/** What a page says, without its tags: its heading or title where it has one, else its words. Other texts stay as they are. */
export function plainPage(text: string): string {
  const heading = /<h1\b[^<>]{0,300}>([^<]{1,300})<\/h1>/i.exec(text) ?? /<title\b[^<>]{0,300}>([^<]{1,300})<\/title>/i.exec(text)
  return heading?.[1]?.trim() ?? withoutTags(text)
}

/** Tags of HTML alone: `<urlopen error …>` is an error of Python. */
export function withoutTags(text: string): string {
  return text.includes('<') ? text.replace(tags, ' ').replace(/ {2,}/g, ' ').trim() : text
}
