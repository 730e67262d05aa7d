/** The token of a mailed link. It stands behind the #, which browsers send to no server. */
export function tokenInAddress(): string {
  return new URLSearchParams(window.location.hash.slice(1)).get('token') ?? '';
}
