import type {
  Change,
  ChangesPage,
  ChangeType,
  Contact,
  File,
  GetChangesData,
  Interview,
  JobApplication,
  Note,
  Stage,
  Task,
} from "./generated/types.gen.js";

type Query = NonNullable<GetChangesData["query"]>;

export interface ChangeFeedOptions extends Pick<Query, "cursor" | "start" | "types" | "limit"> {
  /** Wait for further changes instead of ending after the last one. */
  follow?: boolean;
  /** Ends the iteration with an `AbortError`. */
  signal?: AbortSignal;
}

/** How long the server waits for a change, the longest that it allows. */
const WAIT_SECONDS = 30;

/** The changes after a cursor. Each is delivered again until a cursor after it is used. */
export class ChangeFeed implements AsyncIterable<Change> {
  /** Where to resume: store it after a change has been processed, and at the end. */
  cursor: string | undefined;
  readonly #read: (query: Query, signal: AbortSignal | undefined) => Promise<ChangesPage>;
  readonly #options: ChangeFeedOptions;

  constructor(read: (query: Query, signal: AbortSignal | undefined) => Promise<ChangesPage>, options: ChangeFeedOptions) {
    this.#read = read;
    this.#options = options;
    this.cursor = options.cursor;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Change, void> {
    const { follow, signal, start, types, limit } = this.#options;
    for (;;) {
      const { cursor } = this;
      const position = cursor === undefined ? { start } : { cursor };
      const { data, pagination } = await this.#read({ ...position, types, limit, wait: follow ? WAIT_SECONDS : undefined }, signal);
      const next = pagination.next_cursor;
      for (const [at, change] of data.entries()) {
        // A cursor is after a whole page.
        if (at === data.length - 1) this.cursor = next;
        yield change;
      }
      if (data.length === 0) {
        this.cursor = next;
        if (!follow) return;
      }
    }
  }
}

/** The objects of changes, by the first word of the type. */
interface ChangedObjects {
  jobapp: JobApplication;
  note: Note;
  contact: Contact;
  interview: Interview;
  task: Task;
  file: File;
  stage: Stage;
}

export type ChangeKind = keyof ChangedObjects;

/** A change of a kind of object, with its `data`. */
export type ChangeOf<Kind extends ChangeKind> = Change & {
  type: Extract<ChangeType, `${Kind}.${string}`>;
  data: ChangedObjects[Kind] | null;
};

/** Whether it is a change of that kind of object; then the type of `data` is known. */
export const isChangeOf = <Kind extends ChangeKind>(change: Change, kind: Kind): change is ChangeOf<Kind> =>
  change.type.startsWith(`${kind}.`);
