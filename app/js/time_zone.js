// The IANA name of the browser's time zone.
export function timeZone() {
  return Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}

// The names of all time zones that the browser knows, one per line.
export function timeZones() {
  return (Intl.supportedValuesOf?.("timeZone") ?? []).join("\n");
}
