use crate::{
    Client, Error,
    types::{Change, ChangesStart},
};
use std::collections::VecDeque;

/// How long the server waits for a change, the longest that it allows.
const WAIT_SECONDS: i32 = 30;

/// Which changes to read.
#[derive(Clone, Debug, Default)]
pub struct ChangeFeedOptions {
    /// Where to resume.
    pub cursor: Option<String>,
    /// Where to start without a cursor: the oldest change by default.
    pub start: Option<ChangesStart>,
    /// Only these types, separated by commas, such as `jobapp.*,interview.created`.
    pub types: Option<String>,
    /// The size of a page.
    pub limit: Option<i32>,
    /// Wait for further changes instead of ending after the last one.
    pub follow: bool,
}

/// The changes after a cursor. Each is delivered again until a cursor after it is used.
#[derive(Debug)]
pub struct ChangeFeed<'a> {
    client: &'a Client,
    options: ChangeFeedOptions,
    page: VecDeque<Change>,
    /// The cursor after the page.
    next: Option<String>,
}

impl Client {
    /// The changes feed, from a cursor or from its start.
    pub fn changes(&self, options: ChangeFeedOptions) -> ChangeFeed<'_> {
        ChangeFeed {
            client: self,
            options,
            page: VecDeque::new(),
            next: None,
        }
    }
}

impl ChangeFeed<'_> {
    /// The next change; `None` after the last one, unless the feed is followed.
    pub async fn next(&mut self) -> Result<Option<Change>, Error> {
        while self.page.is_empty() {
            self.read_page().await?;
            if self.page.is_empty() {
                self.options.cursor = self.next.take();
                if !self.options.follow {
                    return Ok(None);
                }
            }
        }
        let change = self.page.pop_front();
        if self.page.is_empty() {
            // A cursor is after a whole page.
            self.options.cursor = self.next.take();
        }
        Ok(change)
    }

    /// Where to resume: store it after a change has been processed, and at the end.
    pub fn cursor(&self) -> Option<&str> {
        self.options.cursor.as_deref()
    }

    async fn read_page(&mut self) -> Result<(), Error> {
        let mut request = self.client.get_changes();
        let ChangeFeedOptions {
            cursor,
            start,
            types,
            limit,
            follow,
        } = self.options.clone();
        match (cursor, start) {
            (Some(cursor), _) => request = request.cursor(cursor),
            (None, Some(start)) => request = request.start(start),
            (None, None) => {}
        }
        if let Some(types) = types {
            request = request.types(types);
        }
        if let Some(limit) = limit {
            request = request.limit(limit);
        }
        if follow {
            request = request.wait(WAIT_SECONDS);
        }
        let page = request.send().await?.into_inner();
        self.page = page.data.into();
        self.next = Some(page.pagination.next_cursor);
        Ok(())
    }
}
