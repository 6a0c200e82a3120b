use crate::{Error, builder, types};
use futures_core::Stream;

/// Adds `stream` to the builders of lists with pages.
macro_rules! streams {
    ($($operation:ident => $row:ident,)*) => {$(
        impl<'a> builder::$operation<'a> {
            /// The rows of all pages. A page is requested when the rows before it have been consumed.
            pub fn stream(self) -> impl Stream<Item = Result<types::$row, Error>> + 'a {
                async_stream::try_stream! {
                    let mut request = self.clone();
                    loop {
                        let page = request.send().await?.into_inner();
                        for row in page.data {
                            yield row;
                        }
                        let Some(cursor) = page.pagination.next_cursor else {
                            break;
                        };
                        request = self.clone().cursor(cursor);
                    }
                }
            }
        }
    )*};
}

streams! {
    GetAccessLog => AccessLogEntry,
    GetEvents => AuditEntry,
    GetImportFindings => Finding,
    GetJobapps => JobApplication,
    GetMails => Message,
    GetNotes => Note,
    GetReview => ReviewItem,
}
