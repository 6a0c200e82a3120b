//! Writing a letter and giving it to the post.

use super::{Kind, PostError, links, queries, write};
use crate::{
    Error, Services,
    db::SystemReason,
    jobs::{Job, Stopped, Turned},
};
use domain::routes::Route;

/// Sends the letter that the work is about. At least once: what fell down between sending and writing that down sends
/// the same letter again, with the same link.
pub(crate) async fn work(services: &Services, job: Job) -> Result<Turned, Stopped> {
    let letter = {
        let mut conn = services.db.system_read(SystemReason::Letter).await?;
        queries::find(&mut conn, job.subject).await?
    };
    let Some(letter) = letter else {
        return finish(services, job).await;
    };
    // Nobody has this address: there is nothing to send, and whoever asked is not told.
    let Some(to) = letter.to else {
        return finish(services, job).await;
    };
    let token = links::token(services, job.subject, letter.kind);
    let mut tx = services.db.system(SystemReason::Letter).await?;
    let whom = (to.user, to.email_key.as_str());
    let wanted = links::make(services, &mut tx, letter.kind, whom, &token, letter.created_at).await?;
    tx.commit().await?;
    if !wanted {
        return finish(services, job).await;
    }
    let page = match letter.kind {
        Kind::ConfirmEmail => Route::Activate(Some(token)),
        Kind::ResetPassword => Route::ResetPassword(Some(token)),
        Kind::NewSignIn | Kind::PasswordChanged | Kind::TokenReused => Route::ForgotPassword,
    };
    // The address of the server comes from its configuration, never from a request.
    let link = format!("{}{page}", services.public_url);
    let about = write::About {
        name: to.first_name.as_deref(),
        link: &link,
        agent: letter.agent.as_deref(),
        at: letter.created_at,
        time_zone: &to.time_zone,
    };
    let words = write::letter(letter.kind, &about);
    let sent = services
        .post
        .send(services, job.subject, to.user, &to.email, letter.kind, words)
        .await;
    match sent {
        Ok(()) => finish(services, job).await,
        Err(PostError::Refused(why)) => {
            tracing::warn!(letter = letter.kind.as_str(), user.id = %to.user, "a letter was refused for good: {why}");
            finish(services, job).await
        }
        Err(PostError::Away(why)) => Err(Error::Internal(why).into()),
    }
}

/// Lets a letter go that could not be sent in a day.
pub(crate) async fn give_up(services: &Services, job: Job) -> Result<Turned, Stopped> {
    tracing::error!(letter.id = %job.subject, "a letter could not be sent and is given up; is JOBHAX_SMTP_URL right?");
    finish(services, job).await
}

async fn finish(services: &Services, job: Job) -> Result<Turned, Stopped> {
    let mut tx = services.db.system(SystemReason::Letter).await?;
    queries::finish(&mut tx, &job).await?;
    tx.commit().await?;
    Ok(Turned::Done)
}
