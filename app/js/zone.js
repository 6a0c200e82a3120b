// The IANA name of the zone that the browser stands in.
export function timeZone() {
  return Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}
