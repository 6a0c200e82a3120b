//! SQL that lists mails.

use crate::{Error, db::TenantTx};
use domain::{
    JobApplicationId,
    mail::{Mail, MailKind},
};
use sqlx::query;

/// The mails of one application, newest first.
pub(crate) async fn mails_of(tx: &mut TenantTx, id: JobApplicationId) -> Result<Vec<Mail>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select id, mailbox_id, message_id, subject, sender, sent_at, platform, kind, confidence, company, job_title,
          application_id
        from mail_message
        where tenant_id = $1 and owner_id = $2 and application_id = $3
        order by sent_at desc, id desc
        "#,
        tenant.0,
        user.0,
        id.0,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            let kind = MailKind::parse(&r.kind).ok_or_else(|| {
                Error::Internal("the database holds a mail kind that this build does not know".into())
            })?;
            Ok(Mail {
                id: r.id.into(),
                mailbox_id: r.mailbox_id.into(),
                message_id: r.message_id,
                subject: r.subject,
                sender: r.sender,
                sent_at: r.sent_at,
                platform: r.platform,
                kind,
                confidence: r.confidence,
                company: r.company,
                job_title: r.job_title,
                jobapp_id: r.application_id.map(Into::into),
            })
        })
        .collect()
}
