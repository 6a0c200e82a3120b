//! Typed identifiers. Each is a `UUIDv7` on the wire and in the database; the type keeps them apart in code.

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
    /// A person.
    UserId;
    /// A workspace, personal or of an organisation.
    TenantId;
    /// A signed-in browser or program; refresh tokens of one sign-in share it.
    SessionId;
    /// An account at a provider that a person signs in with.
    IdentityId;
    /// A column of the board.
    StageId;
    /// A tracked application.
    JobApplicationId;
    /// An entry of the ledger.
    EventId;
    /// A note on an application.
    NoteId;
    /// A place that mail comes from.
    MailboxId;
    /// What was read from one mail.
    MailMessageId;
    /// One upload of mail files.
    ImportId;
    /// A permission for one member to see another's rows.
    AccessGrantId;
}
