//! Mails that we send to people. A letter is enqueued in the transaction that gives the reason for it, and written and
//! sent by a worker. Until then it is a row without any secret: the token of a link is made while sending.

pub(crate) mod links;
mod post;
mod queries;
mod work;
mod write;

pub use post::{Post, PostError};
pub(crate) use post::{clear_outbox, sweep_outbox};
pub(crate) use work::{give_up, work};

use crate::{
    Error, Services,
    db::{SystemConn, SystemTx},
    jobs::{self, Job},
};
use chrono::TimeDelta;
use domain::UserId;
use uuid::Uuid;

/// What a letter says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Whether the address is the person's.
    ConfirmEmail,
    /// The way to a new password.
    ResetPassword,
    /// A sign-in from something not seen before.
    NewSignIn,
    /// The password is another one.
    PasswordChanged,
    /// A refresh token was used twice, so its sign-in was ended.
    TokenReused,
}

impl Kind {
    const ALL: [Self; 5] = [
        Self::ConfirmEmail,
        Self::ResetPassword,
        Self::NewSignIn,
        Self::PasswordChanged,
        Self::TokenReused,
    ];

    /// As it stands in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ConfirmEmail => "confirm_email",
            Self::ResetPassword => "reset_password",
            Self::NewSignIn => "new_sign_in",
            Self::PasswordChanged => "password_changed",
            Self::TokenReused => "token_reused",
        }
    }

    fn parse(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == value)
    }

    /// How long the link in it holds; nothing where there is none.
    const fn link_life(self) -> Option<TimeDelta> {
        match self {
            Self::ConfirmEmail => Some(TimeDelta::days(3)),
            Self::ResetPassword => Some(TimeDelta::minutes(60)),
            Self::NewSignIn | Self::PasswordChanged | Self::TokenReused => None,
        }
    }
}

/// To whom.
#[derive(Clone, Copy, Debug)]
pub(crate) enum To<'a> {
    /// A person.
    Person(UserId, &'a str),
    /// Whoever has this address, compared without case; perhaps nobody.
    Address(&'a str),
}

/// Enqueues a letter; it goes when the transaction is committed. Wake the workers then.
pub(crate) async fn enqueue(
    services: &Services,
    tx: &mut SystemTx,
    kind: Kind,
    to: To<'_>,
    agent: Option<&str>,
) -> Result<(), Error> {
    let (user, email) = match to {
        To::Person(user, email) => (Some(user), email),
        To::Address(email) => (None, email),
    };
    let id: Uuid = services.id();
    let now = services.clock.now();
    let email_key = crate::text::nfc(email).to_lowercase();
    if queries::insert(tx, id, kind, user, &email_key, agent, now).await? {
        Job::enqueue_in(services, tx, jobs::Kind::SendLetter, None, user, id).await?;
    }
    Ok(())
}

/// Takes back what was asked for by this address and not sent yet.
pub(crate) async fn take_back(tx: &mut SystemTx, kind: Kind, email: &str) -> Result<(), Error> {
    let email_key = crate::text::nfc(email).to_lowercase();
    queries::take_back(tx, kind, &email_key).await
}

/// Takes back all that was to be sent to the person. Links die with the person.
pub(crate) async fn forget(tx: &mut SystemTx, user: UserId) -> Result<(), Error> {
    queries::delete_of(tx, user).await
}

/// Removes links that do not hold any more.
pub(crate) async fn sweep(conn: &mut SystemConn, now: chrono::DateTime<chrono::Utc>) -> Result<(), Error> {
    queries::delete_expired_links(conn, now).await
}
