//! The conditions that every list of applications shares.

use crate::platform::normalize;
use chrono::{DateTime, Utc};
use domain::{
    TenantId, UserId,
    jobapps::{ApplicationFilter, StageKind},
};
use sqlx::{Postgres, QueryBuilder};

/// The filters of a list, with the cutoffs for the condition `quiet`.
pub(in crate::jobapps) struct QueryFilter<'a> {
    pub filter: &'a ApplicationFilter,
    /// For each kind of stage, the time since when quiet applications have had no activity.
    pub quiet_cutoffs: Vec<(StageKind, DateTime<Utc>)>,
}

impl QueryFilter<'_> {
    /// Adds `where` and the conditions on the applications `a` of this user in the stages `s`.
    pub fn push_conditions(&self, sql: &mut QueryBuilder<Postgres>, tenant: TenantId, user: UserId) {
        let filter = self.filter;
        sql.push("where a.deleted_at is null and a.tenant_id = ")
            .push_bind(tenant.0)
            .push(" and a.owner_id = ")
            .push_bind(user.0);
        if let Some(stage) = filter.status_id {
            sql.push(" and a.stage_id = ").push_bind(stage.0);
        }
        if let Some(kind) = filter.stage_kind {
            sql.push(" and s.kind = ").push_bind(kind.as_str());
        }
        if let Some(q) = &filter.q {
            sql.push(" and a.search_text like ")
                .push_bind(normalize::contains_pattern(q));
        }
        if let Some(source) = &filter.source {
            sql.push(" and a.source = ").push_bind(source.clone());
        }
        if let Some(tag) = &filter.tag {
            sql.push(" and a.tags @> array[")
                .push_bind(tag.clone())
                .push("::text]");
        }
        if let Some(outcome) = filter.outcome {
            sql.push(" and a.outcome = ").push_bind(outcome.as_str());
        }
        if let Some(is_open) = filter.open {
            sql.push(if is_open {
                " and a.outcome is null"
            } else {
                " and a.outcome is not null"
            });
        }
        if let Some(from) = filter.applied_from {
            sql.push(" and a.apply_date >= ").push_bind(from);
        }
        if let Some(to) = filter.applied_to {
            sql.push(" and a.apply_date <= ").push_bind(to);
        }
        if let Some(is_quiet) = filter.quiet {
            sql.push(if is_quiet { " and " } else { " and not " });
            push_is_quiet(sql, tenant, &self.quiet_cutoffs);
        }
    }
}

/// Adds the condition that an open application is quiet: nothing has happened since the cutoff of its stage, and it is not on
/// hold. Never null.
fn push_is_quiet(sql: &mut QueryBuilder<Postgres>, tenant: TenantId, cutoffs: &[(StageKind, DateTime<Utc>)]) {
    if cutoffs.is_empty() {
        sql.push("false");
        return;
    }
    sql.push("(a.outcome is null and coalesce(case s.kind");
    for (kind, cutoff) in cutoffs {
        sql.push(" when ").push_bind(kind.as_str()).push(" then ");
        sql.push_bind(*cutoff);
    }
    sql.push(
        " else null::timestamptz end >= (select greatest(i.changed_at, i.merged_at, i.mail_at, i.noted_at, i.met_at) from (select \
         (select max(case when e.actor_id is null then least(e.occurred_at, e.recorded_at) \
           else e.occurred_at end) \
          from application_events e where e.application_id = a.id and e.cause <> 'rule' \
            and (e.mail_id is null or e.from_stage_id is null) and e.tenant_id = ",
    );
    sql.push_bind(tenant.0).push(
        ") as changed_at, (select max(least(m.sent_at, m.recorded_at)) \
         from mail_messages m where m.application_id = a.id and m.tenant_id = ",
    );
    sql.push_bind(tenant.0).push(
        ") as mail_at, (select max(least(h.sent_at, h.recorded_at)) \
         from mail_messages h where h.application_id = a.id and h.kind = 'on_hold' and h.tenant_id = ",
    );
    sql.push_bind(tenant.0).push(
        ") as held_at, (select max(coalesce(n.updated_at, n.created_at)) \
         from notes n where n.application_id = a.id and n.tenant_id = ",
    );
    sql.push_bind(tenant.0).push(
        ") as noted_at, (select max(v.starts_at) \
         from interviews v where v.application_id = a.id and v.cancelled_at is null and v.deleted_at is null and v.tenant_id = ",
    );
    sql.push_bind(tenant.0).push(
        ") as met_at, (select max(p.deleted_at + interval '0') from job_applications p where p.merged_into = a.id and p.tenant_id = ",
    );
    sql.push_bind(tenant.0).push(
        ") as merged_at) i where i.held_at is null or i.held_at < greatest(i.changed_at, i.mail_at)), false))",
    );
}
