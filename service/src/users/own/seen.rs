//! From what a person signs in: something new is told by mail.

use super::queries;
use crate::{
    Error, Services,
    db::SystemTx,
    letters::{self, Kind, To},
};
use domain::{
    UserId,
    users::{User, describe_agent},
};

/// Remembers from what the account was made.
pub(crate) async fn first_seen(
    services: &Services,
    tx: &mut SystemTx,
    user: UserId,
    agent: Option<&str>,
) -> Result<(), Error> {
    queries::know_agent(tx, user, &describe_agent(agent), services.clock.now()).await?;
    Ok(())
}

/// Remembers from what the person signs in, and writes to them when it is new. Where nothing is known yet there is
/// nothing to compare with, and no mail. Wake the workers when the transaction is committed.
pub(crate) async fn seen(
    services: &Services,
    tx: &mut SystemTx,
    user: &User,
    agent: Option<&str>,
) -> Result<(), Error> {
    let agent = describe_agent(agent);
    let before = queries::know_agent(tx, user.id, &agent, services.clock.now()).await?;
    if before.others && !before.this {
        let to = To::Person(user.id, &user.email);
        letters::enqueue(services, tx, Kind::NewSignIn, to, Some(&agent)).await?;
    }
    Ok(())
}
