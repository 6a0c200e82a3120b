//! Writes the document of an export, and the files of an archive.

use super::{
    archive::{Archive, portable_name},
    queries,
    stream::{ExportSink, WriteError},
};
use crate::{
    Error, Services,
    context::{Caller, Grant, permit},
    platform::db::TenantTx,
    tenants,
};
use domain::{
    FileId,
    tenants::{Action, Tenant},
};
use futures_util::StreamExt as _;
use serde_json::{Value, json};
use uuid::Uuid;

/// Number of rows that are read in one query.
const PAGE_SIZE: i64 = 500;
/// Name of the document in an archive.
const DOCUMENT_NAME: &str = "jobhax.json";

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

    /// A page of rows after this id, and the id after which the next page begins.
    async fn read(
        self,
        services: &Services,
        grant: Grant,
        after: Uuid,
    ) -> Result<(Vec<(Uuid, Value)>, Option<Uuid>), Error> {
        let mut tx = services.db.begin(grant).await?;
        let rows = self.read_page(&mut tx, after).await?;
        tx.commit().await?;
        let is_full = i64::try_from(rows.len()).is_ok_and(|len| len == PAGE_SIZE);
        let next = rows.last().filter(|_| is_full).map(|(id, _)| *id);
        Ok((rows, next))
    }
}

/// The destination of the document.
enum Output {
    Document(ExportSink),
    Archive(Box<Archive>),
}

pub(super) struct ExportWriter {
    services: Services,
    caller: Caller,
    output: Output,
}

impl ExportWriter {
    /// Writes only the document.
    pub const fn document(services: Services, caller: Caller, sink: ExportSink) -> Self {
        Self {
            services,
            caller,
            output: Output::Document(sink),
        }
    }

    /// Writes an archive of the document and the files.
    pub fn archive(services: Services, caller: Caller, sink: ExportSink) -> Self {
        let archive = Archive::new(sink, services.clock.now());
        Self {
            services,
            caller,
            output: Output::Archive(Box::new(archive)),
        }
    }

    pub async fn write(mut self) -> Result<(), WriteError> {
        if let Output::Archive(archive) = &mut self.output {
            archive.start_entry(DOCUMENT_NAME)?;
        }
        let tenants = tenants::list_tenants(&self.services, self.caller.user.id).await?;
        self.write_document(&tenants).await?;
        let Output::Archive(mut archive) = self.output else {
            return Ok(());
        };
        for tenant in &tenants {
            write_files(&self.services, &self.caller, tenant, &mut archive).await?;
        }
        Box::pin(archive.finish()).await
    }

    async fn write_document(&mut self, tenants: &[Tenant]) -> Result<(), WriteError> {
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
        for (n, tenant) in tenants.iter().enumerate() {
            self.write_tenant(tenant, n == 0).await?;
        }
        self.send("]}\n".into()).await
    }

    async fn write_tenant(&mut self, tenant: &Tenant, is_first: bool) -> Result<(), WriteError> {
        let grant = read_grant(&self.caller, tenant)?;
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

    async fn write_rows(&mut self, grant: Grant, section: ExportSection) -> Result<(), WriteError> {
        let mut next = Some(Uuid::nil());
        while let Some(after) = next {
            let rows;
            (rows, next) = section.read(&self.services, grant, after).await?;
            let mut text = String::new();
            for (n, (_, row)) in rows.iter().enumerate() {
                text += if after.is_nil() && n == 0 { "\n" } else { ",\n" };
                text += &row.to_string();
            }
            if !text.is_empty() {
                self.send(text).await?;
            }
        }
        Ok(())
    }

    async fn send(&mut self, text: String) -> Result<(), WriteError> {
        match &mut self.output {
            Output::Document(sink) => sink.send(text).await,
            Output::Archive(archive) => archive.write(text.as_bytes()).await,
        }
    }
}

fn read_grant(caller: &Caller, tenant: &Tenant) -> Result<Grant, Error> {
    let caller = Caller {
        tenant: tenant.clone(),
        ..caller.clone()
    };
    permit(&caller, Action::ReadApplications)
}

/// Writes the contents of the user's files in the tenant, each in a folder that is named after its id in the document, because names
/// are not unique. A file without a content is left out.
async fn write_files(
    services: &Services,
    caller: &Caller,
    tenant: &Tenant,
    archive: &mut Archive,
) -> Result<(), WriteError> {
    let grant = read_grant(caller, tenant)?;
    let mut next = Some(Uuid::nil());
    while let Some(after) = next {
        let rows;
        (rows, next) = ExportSection::Files.read(services, grant, after).await?;
        for (id, row) in &rows {
            let Some(mut content) = services.file_store.get(tenant.id, FileId(*id)).await? else {
                // It may have been deleted in the meantime.
                tracing::warn!(file.id = %id, "file has no content");
                continue;
            };
            let name = row.get("name").and_then(Value::as_str).unwrap_or("file");
            archive.start_entry(&format!("files/{}/{id}/{}", tenant.slug, portable_name(name)))?;
            while let Some(chunk) = content.next().await {
                let chunk = chunk.map_err(|e| Error::Internal(format!("content of file {id}: {e}")))?;
                archive.write(&chunk).await?;
            }
        }
    }
    Ok(())
}
