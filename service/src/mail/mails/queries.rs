//! SQL that lists mails.

use crate::{Error, db::TenantTx};
use chrono::{DateTime, Utc};
use domain::{
    MailMessageId,
    mail::{Mail, MailKind},
};
use sqlx::query;

/// The person's mails from Gmail, newest first, from behind a place on.
pub(super) async fn gmail_mails(
    tx: &mut TenantTx,
    after: Option<(DateTime<Utc>, MailMessageId)>,
    limit: i64,
) -> Result<Vec<Mail>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select m.id, m.mailbox_id, m.message_id, m.subject, m.sender, m.sent_at, m.platform, m.kind, m.confidence, m.company,
          m.job_title, m.application_id
        from mail_message m
        where m.tenant_id = $1 and m.owner_id = $2
          and m.mailbox_id in (select b.id from mailbox b where b.tenant_id = $1 and b.owner_id = $2 and b.kind = 'gmail')
          and ($3::timestamptz is null or (m.sent_at, m.id) < ($3, $4))
        order by m.sent_at desc, m.id desc
        limit $5
        "#,
        tenant.0,
        user.0,
        after.map(|(at, _)| at),
        after.map(|(_, id)| id.0),
        limit,
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
