//! Everything of a person as one JSON document, written while it is sent: no matter how much there is, a page of rows
//! at a time is in memory, and no connection to the database is held while the reader is slow.

mod places;
mod queries;

pub use places::Places;

use super::{
    identify,
    own::{Proof, prove},
};
use crate::{
    Error, Services,
    db::{SystemReason, TenantTx},
    limits::Client,
    security::{self, Event},
    tenants::{Caller, Grant, permit},
};
use domain::{
    tenants::{Action, Tenant},
    users::ProofInput,
};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use uuid::Uuid;

/// Rows read at once.
const PAGE: i64 = 500;
/// Pieces that wait for a slow reader.
const AHEAD: usize = 2;

/// A document on its way.
pub struct Export {
    /// What to call the file.
    pub file_name: String,
    /// The pieces, in order. An error ends it in the middle, so that nobody takes a part for the whole.
    pub pieces: mpsc::Receiver<Result<Vec<u8>, Error>>,
}

/// Begins it.
///
/// # Errors
/// `invalid` for a wrong password, `reauthentication_required` without one after the sign-in has aged, `rate_limited`
/// also while others of the person are being written, `unavailable` while too many are.
pub async fn export_data(
    services: &Services,
    caller: &Caller,
    input: ProofInput,
    client: &Client,
) -> Result<Export, Error> {
    prove(
        services,
        caller,
        client,
        Proof::Recent,
        "password",
        input.password,
    )
    .await?;
    let place = services.exports.take(caller.user.id)?;
    security::note(Event::DataExported, Some(caller.user.id), Some(client));
    let (send, pieces) = mpsc::channel(AHEAD);
    let day = services.clock.now().format("%Y-%m-%d");
    let writer = Writer {
        services: services.clone(),
        caller: caller.clone(),
        out: send.clone(),
    };
    tokio::spawn(async move {
        let _place = place;
        match writer.document().await {
            Ok(()) | Err(Stop::Gone) => {}
            Err(Stop::Failed(error)) => {
                let _ = send.send(Err(error)).await;
            }
        }
    });
    Ok(Export {
        file_name: format!("jobhax-{day}.json"),
        pieces,
    })
}

/// Why the writing ended early.
enum Stop {
    /// Nobody reads any more.
    Gone,
    Failed(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

struct Writer {
    services: Services,
    caller: Caller,
    out: mpsc::Sender<Result<Vec<u8>, Error>>,
}

/// What a workspace holds of a person, by its name in the document.
#[derive(Clone, Copy)]
enum Part {
    Stages,
    Applications,
    History,
    Notes,
    Mailboxes,
    Mails,
    Imports,
    AccessGrants,
}

impl Part {
    const ALL: [(Self, &'static str); 8] = [
        (Self::Stages, "stages"),
        (Self::Applications, "applications"),
        (Self::History, "history"),
        (Self::Notes, "notes"),
        (Self::Mailboxes, "mailboxes"),
        (Self::Mails, "mails"),
        (Self::Imports, "imports"),
        (Self::AccessGrants, "access_grants"),
    ];

    async fn read(self, tx: &mut TenantTx, after: Uuid) -> Result<Vec<(Uuid, Value)>, Error> {
        match self {
            Self::Stages => queries::stages(tx, after, PAGE).await,
            Self::Applications => queries::applications(tx, after, PAGE).await,
            Self::History => queries::history(tx, after, PAGE).await,
            Self::Notes => queries::notes(tx, after, PAGE).await,
            Self::Mailboxes => queries::mailboxes(tx, after, PAGE).await,
            Self::Mails => queries::mails(tx, after, PAGE).await,
            Self::Imports => queries::imports(tx, after, PAGE).await,
            Self::AccessGrants => queries::access_grants(tx, after, PAGE).await,
        }
    }
}

impl Writer {
    async fn document(&self) -> Result<(), Stop> {
        let user = self.caller.user.id;
        let now = self.services.clock.now();
        let person = {
            let mut conn = self.services.db.system_read(SystemReason::Account).await?;
            queries::person(&mut conn, user).await?
        };
        let mut first = json!({
            "format": "jobhax-export-1",
            "exported_at": now,
        });
        if let (Some(first), Value::Object(person)) = (first.as_object_mut(), person) {
            first.extend(person);
        }
        let mut text = first.to_string();
        text.pop(); // the closing brace; the workspaces come before it
        self.say(format!("{text},\n\"workspaces\":[")).await?;
        let workspaces = identify::workspaces(&self.services, user).await?;
        for (n, tenant) in workspaces.into_iter().enumerate() {
            self.workspace(tenant, n == 0).await?;
        }
        self.say("]}\n".into()).await
    }

    async fn workspace(&self, tenant: Tenant, first: bool) -> Result<(), Stop> {
        let caller = Caller {
            tenant: tenant.clone(),
            ..self.caller.clone()
        };
        let grant = permit(&caller, Action::ReadApplications)?;
        let about = {
            let mut conn = self.services.db.system_read(SystemReason::Account).await?;
            queries::membership(&mut conn, self.caller.user.id, tenant.id).await?
        };
        let comma = if first { "" } else { "," };
        self.say(format!("{comma}\n{{\"workspace\":{about}")).await?;
        for (part, name) in Part::ALL {
            self.say(format!(",\n\"{name}\":[")).await?;
            self.rows(grant, part).await?;
            self.say("]".into()).await?;
        }
        self.say("}".into()).await
    }

    async fn rows(&self, grant: Grant, part: Part) -> Result<(), Stop> {
        let mut after = Uuid::nil();
        loop {
            let rows = {
                let mut tx = self.services.db.begin(grant).await?;
                let rows = part.read(&mut tx, after).await?;
                tx.commit().await?;
                rows
            };
            let Some((last, _)) = rows.last() else {
                return Ok(());
            };
            let begun = !after.is_nil();
            let more = i64::try_from(rows.len()).unwrap_or(0) == PAGE;
            after = *last;
            let mut text = String::new();
            for (n, (_, row)) in rows.iter().enumerate() {
                text += if begun || n > 0 { ",\n" } else { "\n" };
                text += &row.to_string();
            }
            self.say(text).await?;
            if !more {
                return Ok(());
            }
        }
    }

    async fn say(&self, text: String) -> Result<(), Stop> {
        self.out.send(Ok(text.into_bytes())).await.map_err(|_| Stop::Gone)
    }
}
