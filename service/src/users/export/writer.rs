//! Writes the document of an export.

use super::{
    queries,
    stream::{ExportSink, WriteError},
};
use crate::{
    Error, Services,
    context::{Caller, Grant, permit},
    platform::db::TenantTx,
    tenants,
};
use domain::tenants::{Action, Tenant};
use serde_json::{Value, json};
use uuid::Uuid;

/// Number of rows that are read at once.
const PAGE_SIZE: i64 = 500;

/// The lists of a user's data in a tenant.
#[derive(Clone, Copy)]
enum ExportSection {
    Stages,
    Applications,
    Events,
    Notes,
    Files,
    Goals,
    Postings,
    Contacts,
    ContactLinks,
    Interviews,
    Tasks,
    Views,
    Mailboxes,
    ImapAccounts,
    Messages,
    Imports,
    CsvImports,
    SenderRules,
    AccessGrants,
    AccessRequests,
    AccessLog,
    PastViewers,
    Comments,
    AuditEvents,
    WebhookEndpoints,
    WebhookDeliveries,
    WebhookAttempts,
}

impl ExportSection {
    /// All sections with their names in the document, in this order.
    const ALL: [(Self, &'static str); 27] = [
        (Self::Stages, "stages"),
        (Self::Applications, "applications"),
        (Self::Events, "history"),
        (Self::Notes, "notes"),
        (Self::Files, "files"),
        (Self::Goals, "goals"),
        (Self::Postings, "postings"),
        (Self::Contacts, "contacts"),
        (Self::ContactLinks, "contact_links"),
        (Self::Interviews, "interviews"),
        (Self::Tasks, "tasks"),
        (Self::Views, "views"),
        (Self::Mailboxes, "mailboxes"),
        (Self::ImapAccounts, "imap_accounts"),
        (Self::Messages, "mails"),
        (Self::Imports, "imports"),
        (Self::CsvImports, "csv_imports"),
        (Self::SenderRules, "sender_rules"),
        (Self::AccessGrants, "access_grants"),
        (Self::AccessRequests, "access_requests"),
        (Self::AccessLog, "access_log"),
        (Self::PastViewers, "past_viewers"),
        (Self::Comments, "comments"),
        (Self::AuditEvents, "audit_events"),
        (Self::WebhookEndpoints, "webhook_endpoints"),
        (Self::WebhookDeliveries, "webhook_deliveries"),
        (Self::WebhookAttempts, "webhook_attempts"),
    ];

    async fn read_page(self, tx: &mut TenantTx, after: Uuid) -> Result<Vec<(Uuid, Value)>, Error> {
        match self {
            Self::Stages => queries::list_stages(tx, after, PAGE_SIZE).await,
            Self::Applications => queries::list_applications(tx, after, PAGE_SIZE).await,
            Self::Events => queries::list_events(tx, after, PAGE_SIZE).await,
            Self::Notes => queries::list_notes(tx, after, PAGE_SIZE).await,
            Self::Files => queries::list_files(tx, after, PAGE_SIZE).await,
            Self::Goals => queries::list_goals(tx, after, PAGE_SIZE).await,
            Self::Postings => queries::list_postings(tx, after, PAGE_SIZE).await,
            Self::Contacts => queries::list_contacts(tx, after, PAGE_SIZE).await,
            Self::ContactLinks => queries::list_contact_links(tx, after, PAGE_SIZE).await,
            Self::Interviews => queries::list_interviews(tx, after, PAGE_SIZE).await,
            Self::Tasks => queries::list_tasks(tx, after, PAGE_SIZE).await,
            Self::Views => queries::list_views(tx, after, PAGE_SIZE).await,
            Self::Mailboxes => queries::list_mailboxes(tx, after, PAGE_SIZE).await,
            Self::ImapAccounts => queries::list_imap_accounts(tx, after, PAGE_SIZE).await,
            Self::Messages => queries::list_messages(tx, after, PAGE_SIZE).await,
            Self::Imports => queries::list_imports(tx, after, PAGE_SIZE).await,
            Self::CsvImports => queries::list_csv_imports(tx, after, PAGE_SIZE).await,
            Self::SenderRules => queries::list_sender_rules(tx, after, PAGE_SIZE).await,
            Self::AccessGrants => queries::list_access_grants(tx, after, PAGE_SIZE).await,
            Self::AccessRequests => queries::list_access_requests(tx, after, PAGE_SIZE).await,
            Self::AccessLog => queries::list_access_log(tx, after, PAGE_SIZE).await,
            Self::PastViewers => queries::list_past_viewers(tx, after, PAGE_SIZE).await,
            Self::Comments => queries::list_comments(tx, after, PAGE_SIZE).await,
            Self::AuditEvents => queries::list_audit_events(tx, after, PAGE_SIZE).await,
            Self::WebhookEndpoints => queries::list_webhook_endpoints(tx, after, PAGE_SIZE).await,
            Self::WebhookDeliveries => queries::list_webhook_deliveries(tx, after, PAGE_SIZE).await,
            Self::WebhookAttempts => queries::list_webhook_attempts(tx, after, PAGE_SIZE).await,
        }
    }
}

pub(super) struct ExportWriter {
    services: Services,
    caller: Caller,
    sink: ExportSink,
}

impl ExportWriter {
    pub const fn new(services: Services, caller: Caller, sink: ExportSink) -> Self {
        Self {
            services,
            caller,
            sink,
        }
    }

    pub async fn write_document(&self) -> Result<(), WriteError> {
        let user = self.caller.user.id;
        let account = {
            let mut conn = self.services.db.global_conn().await?;
            queries::find_account(&mut conn, user).await?
        };
        let mut head = json!({
            "format": "jobhax-export-1",
            "exported_at": self.services.clock.now(),
        });
        if let (Some(head), Value::Object(account)) = (head.as_object_mut(), account) {
            head.extend(account);
        }
        let mut head = head.to_string();
        // Remove the closing brace: the tenants are written as the last member of this object.
        head.pop();
        self.send(format!("{head},\n\"workspaces\":[")).await?;
        let tenants = tenants::list_tenants(&self.services, user).await?;
        for (n, tenant) in tenants.into_iter().enumerate() {
            self.write_tenant(tenant, n == 0).await?;
        }
        self.send("]}\n".into()).await
    }

    async fn write_tenant(&self, tenant: Tenant, is_first: bool) -> Result<(), WriteError> {
        let caller = Caller {
            tenant: tenant.clone(),
            ..self.caller.clone()
        };
        let grant = permit(&caller, Action::ReadApplications)?;
        let membership = {
            let mut conn = self.services.db.global_conn().await?;
            queries::find_membership(&mut conn, self.caller.user.id, tenant.id).await?
        };
        let comma = if is_first { "" } else { "," };
        self.send(format!("{comma}\n{{\"workspace\":{membership}"))
            .await?;
        for (section, name) in ExportSection::ALL {
            self.send(format!(",\n\"{name}\":[")).await?;
            self.write_rows(grant, section).await?;
            self.send("]".into()).await?;
        }
        self.send("}".into()).await
    }

    async fn write_rows(&self, grant: Grant, section: ExportSection) -> Result<(), WriteError> {
        let mut after = Uuid::nil();
        loop {
            let rows = {
                let mut tx = self.services.db.begin(grant).await?;
                let rows = section.read_page(&mut tx, after).await?;
                tx.commit().await?;
                rows
            };
            let Some((last_id, _)) = rows.last() else {
                return Ok(());
            };
            let is_first_page = after.is_nil();
            let has_more = i64::try_from(rows.len()).unwrap_or(0) == PAGE_SIZE;
            after = *last_id;
            let mut text = String::new();
            for (n, (_, row)) in rows.iter().enumerate() {
                text += if is_first_page && n == 0 { "\n" } else { ",\n" };
                text += &row.to_string();
            }
            self.send(text).await?;
            if !has_more {
                return Ok(());
            }
        }
    }

    async fn send(&self, text: String) -> Result<(), WriteError> {
        self.sink.send(text).await
    }
}
