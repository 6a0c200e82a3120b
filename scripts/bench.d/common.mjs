// What the benchmarks share.

export const PASSWORD = "quiet otters read maps at dusk";

// The URL of the database of a role, whose server listens in the folder.
export const database = (folder, role) => `postgres://${role}@localhost/postgres?host=${encodeURIComponent(folder)}`;

// Sorts the numbers.
export const percentile = (numbers, share) =>
  numbers.sort((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))];
