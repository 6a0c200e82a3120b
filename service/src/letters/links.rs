//! Links in letters: what stands in them is derived from the installation's key and kept only as a hash. A person has one
//! link for each purpose; a newer one ends it, and so do using it, its age, and another address.

use super::{Kind, queries};
use crate::{
    Error, Services,
    db::{SystemConn, SystemTx},
    rng,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use domain::UserId;
use uuid::Uuid;

/// Whoever asks again sooner has a mail on its way already.
const BETWEEN: TimeDelta = TimeDelta::minutes(1);

/// The token of the link in a letter: the same for each attempt to send it.
pub(super) fn token(services: &Services, letter: Uuid, kind: Kind) -> String {
    let message = [letter.as_bytes(), kind.as_str().as_bytes()].concat();
    URL_SAFE_NO_PAD.encode(services.keys.tag("link in a letter", &message))
}

/// Makes the link good. False when it is not wanted any more: it is too old, or a newer one is out already.
pub(super) async fn make(
    services: &Services,
    tx: &mut SystemTx,
    kind: Kind,
    to: (UserId, &str),
    token: &str,
    asked_at: DateTime<Utc>,
) -> Result<bool, Error> {
    let Some(life) = kind.link_life() else {
        return Ok(true);
    };
    let expires_at = asked_at + life;
    if expires_at <= services.clock.now() {
        return Ok(false);
    }
    let link = queries::NewLink {
        user: to.0,
        kind,
        hash: rng::sha256(token.as_bytes()),
        email_key: to.1,
        created_at: asked_at,
        expires_at,
    };
    queries::insert_link(tx, &link, asked_at - BETWEEN).await
}

/// Whose link it is, if it holds. Changes nothing.
pub(crate) async fn peek(
    conn: &mut SystemConn,
    kind: Kind,
    token: &str,
    now: DateTime<Utc>,
) -> Result<Option<UserId>, Error> {
    queries::find_link(conn, kind, &rng::sha256(token.as_bytes()), now).await
}

/// Uses the link up. Of many at once one gets the person, the others nothing.
pub(crate) async fn take(
    tx: &mut SystemTx,
    kind: Kind,
    token: &str,
    now: DateTime<Utc>,
) -> Result<Option<UserId>, Error> {
    queries::take_link(tx, kind, &rng::sha256(token.as_bytes()), now).await
}

/// Ends all links of a person.
pub(crate) async fn end(tx: &mut SystemTx, user: UserId) -> Result<(), Error> {
    queries::delete_links(tx, user).await
}
