//! Coaching by consent: members grant coaches access to their applications, and see each view in a log.
//!
//! The policies of the database decide what a viewer sees; `set_tenant_context` evaluates the grants when each transaction
//! begins, so a revoked grant ends with the next one on every server.

mod access_log;
mod clients;
mod comments;
mod grants;
mod notifications;
mod past_clients;
mod queries;
mod request_many;
mod requests;
mod view;

pub(crate) use access_log::delete_expired;
pub use access_log::list_access_log;
pub use clients::{find_client, list_clients};
pub use comments::{add_comment, delete_comment, list_comments, update_comment};
pub(crate) use comments::{author, list_new, list_of_application, mark_other, require_comment_scope};
pub use grants::{grant_access, list_grants, list_viewers, list_viewers_without_access, revoke_access};
pub(crate) use notifications::{NotificationKind, NotifyOfCoaching, notify};
pub use notifications::{find_subscription, get_comment_emails, set_comment_emails, unsubscribe};
pub use past_clients::find_past_client;
pub(crate) use queries::{comments::has_application, missing_reference};
pub use request_many::{MAX_REQUESTS, RequestOutcome, request_access_of_many};
pub(crate) use requests::count_received;
pub use requests::{
    answer_access_request, list_access_requests, list_request_candidates, request_access,
    withdraw_access_request,
};
pub(crate) use view::begin_read;
