// The IANA name of the zone that the browser stands in.
export function timeZone() {
  return Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}

// All names that the browser knows, one a line.
export function timeZones() {
  return (Intl.supportedValuesOf?.("timeZone") ?? []).join("\n");
}
