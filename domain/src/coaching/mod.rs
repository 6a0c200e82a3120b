//! Coaching by consent: grants of access, clients, comments, and the log of who looked.

mod access_log;
mod client;
mod comment;
mod grant;
mod request;

pub use access_log::{AccessLogEntry, ListAccessLogInput};
pub use client::{Client, ClientList, ListClientsInput};
pub use comment::{
    AddCommentInput, Comment, CommentEmails, CommentRef, ListCommentsInput, MAX_COMMENT_LEN,
    SetCommentEmailsInput, UpdateCommentInput, comment_text,
};
pub use grant::{AccessGrant, AccessGrantRef, AccessGrants, AccessScope, GrantAccessInput, Person};
pub use request::{
    AccessRequest, AccessRequestRef, AccessRequestState, AccessRequests, AnswerAccessRequestInput,
    DECLINED_PAUSE, MAX_REQUEST_MESSAGE_LEN, RequestAccessInput, WITHDRAWN_PAUSE,
};
