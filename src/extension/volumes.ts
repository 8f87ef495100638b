/** A named volume belongs to the deployment, not to a revision: revision 2 has the data of revision 1 (design §7). */
export function volumeName(deployment: string, volume: string): string {
  return `torii-${deployment}_${volume}`
}
