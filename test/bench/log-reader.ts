/** Reads a stream of the API to its end, in a process of its own: `log-reader URL TOKEN`. Prints how many bytes came. */
const [, , url = '', token = ''] = process.argv

const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
let bytes = 0
for await (const chunk of response.body ?? []) bytes += (chunk as Uint8Array).length
process.stdout.write(String(bytes))
