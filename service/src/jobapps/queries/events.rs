//! Application events: the append-only history, from which only undoing deletes the last event.

use super::{outcome, stage};
use crate::{
    Error, Services,
    context::Caller,
    platform::db::{StateChange, TenantTx},
};
use chrono::{DateTime, Utc};
use domain::{
    EventId, JobApplicationId, MailMessageId, StageId, UserId,
    jobapps::{
        Actor, ActorKind, ApplicationEvent, EventSource, Outcome,
        state_machine::{Event, State},
    },
};
use serde::{Deserialize, Serialize};
use sqlx::{query, query_as, query_scalar, types::Json};
use uuid::Uuid;

/// A new event. Sent to the database as JSON, so that one statement inserts any number of them.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct EventRow {
    pub id: EventId,
    pub application_id: JobApplicationId,
    pub from_stage_id: Option<StageId>,
    pub to_stage_id: StageId,
    /// Not stored in the database.
    #[serde(skip)]
    pub previous_outcome: Option<Outcome>,
    pub outcome: Option<Outcome>,
    pub occurred_at: DateTime<Utc>,
    pub recorded_at: DateTime<Utc>,
    pub cause: EventSource,
    pub actor_id: Option<UserId>,
    pub mail_id: Option<MailMessageId>,
}

impl EventRow {
    /// An event of the caller.
    pub fn new(
        services: &Services,
        caller: &Caller,
        application: JobApplicationId,
        event: Event,
        recorded_at: DateTime<Utc>,
    ) -> Self {
        Self {
            id: services.id(),
            application_id: application,
            from_stage_id: event.from,
            to_stage_id: event.to.stage,
            previous_outcome: event.previous_outcome,
            outcome: event.to.outcome,
            occurred_at: event.occurred_at,
            recorded_at,
            cause: caller.via,
            actor_id: Some(caller.user.id),
            mail_id: None,
        }
    }

    /// Records the change of the event for the changes feed. The creation of an application is recorded where it is inserted.
    pub(super) fn record(&self, tx: &mut TenantTx) {
        let Some(from) = self.from_stage_id else { return };
        let change = StateChange {
            from: State {
                stage: from,
                outcome: self.previous_outcome,
            },
            to: State {
                stage: self.to_stage_id,
                outcome: self.outcome,
            },
        };
        tx.record_transition(self.application_id, change);
    }
}

/// An event with its stages and actor, read from a row or from JSON with the same names.
#[derive(Debug, Deserialize)]
pub(in crate::jobapps) struct EventWithStagesRow {
    id: Uuid,
    outcome: Option<String>,
    occurred_at: DateTime<Utc>,
    recorded_at: DateTime<Utc>,
    cause: String,
    mail_id: Option<Uuid>,
    silence_days: Option<i32>,
    from_id: Option<Uuid>,
    from_name: Option<String>,
    from_kind: Option<String>,
    from_position: Option<i32>,
    from_color: Option<String>,
    to_id: Uuid,
    to_name: String,
    to_kind: String,
    to_position: i32,
    to_color: Option<String>,
    actor_id: Option<Uuid>,
    actor_name: Option<String>,
}

impl TryFrom<EventWithStagesRow> for ApplicationEvent {
    type Error = Error;
    fn try_from(row: EventWithStagesRow) -> Result<Self, Error> {
        let from_status = match (row.from_id, row.from_name, row.from_kind, row.from_position) {
            (Some(id), Some(name), Some(kind), Some(position)) => {
                Some(stage(id, name, &kind, position, row.from_color.as_deref())?)
            }
            _ => None,
        };
        let kind = if row.actor_id.is_some() {
            ActorKind::User
        } else {
            ActorKind::System
        };
        Ok(Self {
            id: row.id.into(),
            from_status,
            to_status: stage(
                row.to_id,
                row.to_name,
                &row.to_kind,
                row.to_position,
                row.to_color.as_deref(),
            )?,
            outcome: outcome(row.outcome.as_deref())?,
            occurred_at: row.occurred_at,
            recorded_at: row.recorded_at,
            cause: EventSource::parse(&row.cause).ok_or_else(|| Error::unknown_value("event source"))?,
            actor: Actor {
                kind,
                id: row.actor_id.map(Into::into),
                name: row.actor_name,
            },
            mail_id: row.mail_id.map(Into::into),
            silence_days: row.silence_days,
        })
    }
}

/// Appends any number of events in one statement.
pub(crate) async fn insert_events(tx: &mut TenantTx, rows: &[EventRow]) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        insert into application_events
          (tenant_id, owner_id, id, application_id, from_stage_id, to_stage_id, outcome, occurred_at, recorded_at, cause,
           actor_id, mail_id)
        select $1, $2, r.id, r.application_id, r.from_stage_id, r.to_stage_id, r.outcome, r.occurred_at, r.recorded_at,
          r.cause, r.actor_id, r.mail_id
        from jsonb_to_recordset($3) as r (
          id uuid, application_id uuid, from_stage_id uuid, to_stage_id uuid, outcome text, occurred_at timestamptz,
          recorded_at timestamptz, cause text, actor_id uuid, mail_id uuid)
        returning id
        "#,
        tenant.0,
        user.0,
        Json(rows) as _,
    )
    .fetch_all(tx.conn())
    .await?;
    for row in rows {
        row.record(tx);
    }
    Ok(())
}

/// The events of an application and of those merged into it; empty if the caller cannot see it.
pub(in crate::jobapps) async fn list_events(
    tx: &mut TenantTx,
    id: JobApplicationId,
) -> Result<Vec<ApplicationEvent>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query_as!(
        EventWithStagesRow,
        r#"
        select e.id, e.outcome, e.occurred_at, e.recorded_at, e.cause, e.mail_id, e.silence_days,
          f.id as "from_id?", f.name as "from_name?", f.kind as "from_kind?", f.position as "from_position?",
          f.color as "from_color?",
          t.id as to_id, t.name as to_name, t.kind as to_kind, t.position as to_position, t.color as to_color,
          e.actor_id, m.display_name as "actor_name?"
        from application_events e
        join job_applications a on a.tenant_id = e.tenant_id and a.owner_id is not distinct from $3 and a.id = $2
          and a.deleted_at is null
        left join stages f on f.tenant_id = e.tenant_id and f.id = e.from_stage_id
        join stages t on t.tenant_id = e.tenant_id and t.id = e.to_stage_id
        left join memberships m on m.tenant_id = e.tenant_id and m.user_id = e.actor_id
        where e.tenant_id = $1 and e.application_id = any($2::uuid || array(
          select p.id from job_applications p where p.tenant_id = $1 and p.merged_into = $2))
        order by e.occurred_at, e.recorded_at, e.id
        "#,
        tenant.0,
        id.0,
        user.0,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(ApplicationEvent::try_from).collect()
}

/// Deletes the last event of an application, if the user caused or decided it and it is not the creation. Returns whether it was
/// deleted.
pub(in crate::jobapps) async fn retract_last_event(
    tx: &mut TenantTx,
    id: JobApplicationId,
) -> Result<bool, Error> {
    let tenant = tx.tenant();
    let is_retracted = query_scalar!(
        r#"select retract_last_event($1, $2) as "is_retracted!""#,
        tenant.0,
        id.0,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(is_retracted)
}
