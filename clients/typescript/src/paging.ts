/** A page of a list. */
export interface Page<Row> {
  data: Row[];
  pagination: { next_cursor: string | null };
}

/** The rows of all pages of a list: `pages((cursor) => jobhax.getReview({ query: { cursor } }))`. A page is requested when the rows before it have been consumed. */
export async function* pages<Row>(read: (cursor: string | undefined) => Promise<Page<Row>>): AsyncGenerator<Row, void> {
  let cursor: string | undefined;
  do {
    const { data, pagination } = await read(cursor);
    yield* data;
    cursor = pagination.next_cursor ?? undefined;
  } while (cursor);
}
