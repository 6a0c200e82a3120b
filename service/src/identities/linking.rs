//! Ways to sign in, as their person manages them.

use super::{
    asserted::Asserted,
    enter, queries,
    revoke::{self, Grant},
};
use crate::{Error, Services, db::SystemReason, jobs};
use domain::{
    ErrorCode, FieldCode, IdentityId, UserId,
    identities::{Identity, SignInMethods},
    users::EmailAddress,
};

/// Adds a provider's account to the person's. Their session is the proof of the one, the provider of the other.
///
/// # Errors
/// `conflict` when it opens somebody else's account; `invalid` when the provider has not verified its e-mail.
pub(super) async fn link(services: &Services, user: UserId, asserted: Asserted) -> Result<(), Error> {
    if asserted.email.is_none() || !asserted.email_verified {
        let detail = "The provider has not verified the e-mail of that account. Verify it there first.";
        let mut error = domain::ApiError::field("token", FieldCode::NotAllowed, detail);
        detail.clone_into(&mut error.detail);
        return Err(error.into());
    }
    let now = services.clock.now();
    let mut tx = services.db.system(SystemReason::Identity).await?;
    if !enter::insert_identity(services, &mut tx, user, &asserted).await? {
        let email = asserted.email.as_ref().map(EmailAddress::as_str);
        let found = queries::use_identity(&mut tx, &asserted.provider, &asserted.subject, email, now).await?;
        match found {
            Some((identity, owner)) if owner.id == user => {
                enter::keep_tokens(services, &mut tx, identity, asserted.tokens.as_ref()).await?;
            }
            _ => {
                return Err(Error::api(
                    ErrorCode::Conflict,
                    "That account opens somebody else's workspace here. Remove it there first, or choose another.",
                ));
            }
        }
    }
    tx.commit().await
}

/// How the person can sign in.
pub async fn methods(services: &Services, user: UserId) -> Result<SignInMethods, Error> {
    let mut conn = services.db.system_read(SystemReason::Identity).await?;
    let (password, rows) = queries::methods(&mut conn, user).await?;
    let identities = rows
        .into_iter()
        .filter_map(|row| {
            // Identities of a provider that is not configured any more open nothing.
            let registered = services.providers.by_key(&row.provider)?;
            Some(Identity {
                id: row.id,
                provider: registered.provider,
                name: registered.name.clone(),
                email: row.email,
                linked_at: row.created_at,
                last_used_at: row.last_used_at,
            })
        })
        .collect();
    Ok(SignInMethods {
        password,
        identities,
        offers: services.providers.offers(),
    })
}

/// Removes a way to sign in, and gives what the provider granted back to it.
///
/// # Errors
/// `not_found` when the person has no such identity; `last_sign_in_method` when nothing else is left.
pub async fn unlink(services: &Services, user: UserId, id: IdentityId) -> Result<(), Error> {
    let mut tx = services.db.system(SystemReason::Identity).await?;
    let password = queries::lock_user(&mut tx, user)
        .await?
        .ok_or_else(Error::not_found)?;
    let identities = queries::identities_of(&mut tx, user).await?;
    let Some(found) = identities.iter().find(|i| i.id == id) else {
        return Err(Error::not_found());
    };
    let open = |key: &str| services.providers.by_key(key).is_some();
    let others = identities
        .iter()
        .filter(|i| i.id != id && open(&i.provider))
        .count();
    if !password && others == 0 {
        return Err(Error::api(
            ErrorCode::LastSignInMethod,
            "This is the last way to sign in. Set a password or add another provider first.",
        ));
    }
    if let Some(grant) = Grant::of(services, found) {
        revoke::queue_revocation(services, &mut tx, grant).await?;
    }
    queries::delete_identity(&mut tx, user, id).await?;
    tx.commit().await?;
    jobs::wake();
    Ok(())
}

/// Links a LinkedIn account of this subject to the person, as if they had come back from there. For tests.
#[cfg(feature = "testing")]
pub async fn link_linkedin(services: &Services, user: UserId, subject: &str) -> Result<(), Error> {
    let asserted = Asserted {
        provider: domain::identities::Provider::Linkedin.as_str().to_owned(),
        subject: subject.to_owned(),
        email: EmailAddress::parse(&format!("{subject}@linkedin.example")).ok(),
        email_verified: true,
        given_name: None,
        family_name: None,
        tokens: Some(super::asserted::Granted {
            access: format!("access of {subject}").into(),
            refresh: None,
            expires_at: None,
        }),
    };
    link(services, user, asserted).await
}
