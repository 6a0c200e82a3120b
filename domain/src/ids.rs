//! Typed ids. On the wire and in the database each is a `UUIDv7`; the types prevent mixing them up.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                s.parse().map(Self)
            }
        }
        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )*};
}

id! {
    /// A user.
    UserId;
    /// A tenant, called workspace in the user interface.
    TenantId;
    /// An invitation to a tenant.
    InvitationId;
    /// An email domain of an organization.
    EmailDomainId;
    /// A group of members of a tenant.
    GroupId;
    /// A session of a browser or an API client; all refresh tokens of one sign-in belong to it.
    SessionId;
    /// An account at an OAuth provider that is linked to a user.
    IdentityId;
    /// An API key.
    ApiKeyId;
    /// A webhook endpoint.
    WebhookEndpointId;
    /// A delivery to a webhook endpoint.
    WebhookDeliveryId;
    /// A stage, which is a column of the board.
    StageId;
    /// A job application.
    JobApplicationId;
    /// An application event.
    EventId;
    /// A merge of two applications.
    MergeId;
    /// A note on an application.
    NoteId;
    /// A file of an application.
    FileId;
    /// A contact.
    ContactId;
    /// An interview.
    InterviewId;
    /// A task.
    TaskId;
    /// A saved view.
    ViewId;
    /// A connected mailbox, or the source of uploaded messages.
    MailboxId;
    /// An inbound message.
    MailMessageId;
    /// An import of a CSV file of applications.
    CsvImportId;
    /// An import of uploaded mail files.
    ImportId;
    /// A grant that lets one member see another member's rows.
    AccessGrantId;
    /// A request of a coach for such a grant.
    AccessRequestId;
    /// A comment on an application.
    CommentId;
}
