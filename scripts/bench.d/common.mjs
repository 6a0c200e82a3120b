// Shared by the benchmarks.

export const PASSWORD = "quiet otters read maps at dusk";

// The database URL for a role. The server's socket is in the folder.
export const database = (folder, role) => `postgres://${role}@localhost/postgres?host=${encodeURIComponent(folder)}`;

// The percentile for a share from 0 to 1. Sorts the numbers in place.
export const percentile = (numbers, share) =>
  numbers.sort((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))];
