//! Inviting many addresses in one request.

use super::{
    address_list::{self, ListedAddress},
    groups::missing_group,
    invitations::{INVITATION_TTL, append_invited_event, check_sender},
    ownership,
    queries::{
        groups,
        invitations::{self as queries, NewInvitation},
        members,
    },
    require_organization,
};
use crate::{
    Error, Services,
    audit_log::{self, AuditEvent},
    background,
    context::{Caller, ClientInfo, Grant, permit},
    email,
    idempotency::{self, Claim, IdempotentRequest},
    platform::{
        db::GlobalTx,
        normalize::{fold, nfc},
    },
    quotas, rate_limit,
};
use chrono::{DateTime, Utc};
use domain::{
    GroupId,
    tenants::{Action, InvitationLine, InvitationResult, InviteMembersInput, Role},
    users::EmailAddress,
};
use std::collections::{HashMap, HashSet};

/// A line whose address may be invited.
struct Candidate {
    /// Its position among the results.
    index: usize,
    address: EmailAddress,
    normalized: String,
    /// The role that the line names.
    role: Option<Role>,
    /// The group that the line names.
    group: Option<GroupId>,
}

/// Invites up to 500 addresses and reports the result for each. Invalid lines do not prevent the others. All invitations are sent by
/// one transaction, so either all invitations that are reported as sent are sent, or none. With an idempotency key, a repeated request
/// returns the stored response.
///
/// # Errors
/// `invalid` for a value that applies to all lines; `forbidden`; `personal_workspace`; `email_not_verified` for the caller; `not_found` if
/// there is no such group; errors of the idempotency key.
pub async fn invite_members(
    services: &Services,
    caller: &Caller,
    request: Option<&IdempotentRequest>,
    mut input: InviteMembersInput,
    client: &ClientInfo,
) -> Result<Vec<InvitationLine>, Error> {
    input.message = input.message.as_deref().map(nfc);
    let message = input.parse()?;
    let listed = address_list::read(&input.addresses)?;
    let grant = permit(caller, Action::ManageMembers)?;
    require_organization(
        caller,
        "A personal workspace has one member. Create an organization to invite others.",
    )?;
    check_sender(services, caller).await?;
    // A repeated request must not count against the limits again.
    if let Some(stored) = find_stored(services, grant, request).await? {
        return Ok(stored);
    }
    let groups = find_groups(services, grant, &listed, input.group_id).await?;
    let (mut lines, mut candidates) = sort_out(listed, &groups);
    skip_members(services, grant, &mut lines, &mut candidates).await?;
    check_limits(services, client, caller, &mut lines, &mut candidates).await?;
    let (mut tx, _) =
        ownership::begin_change(services, grant.tenant(), grant.user(), Action::ManageMembers).await?;
    let sender = Sender {
        services,
        caller,
        grant,
        default_role: input.role,
        default_group: input.group_id,
        groups: groups.into_values().collect(),
        message: message.as_deref(),
        now: services.clock.now(),
    };
    sender.invite(&mut tx, &mut lines, &candidates).await?;
    let lines = match idempotency::begin_in(services, tx, grant, request).await? {
        Claim::New(tx) => tx.commit(Ok(lines)).await?,
        Claim::Replay(stored) => return Ok(stored),
    };
    background::wake();
    audit_log::record(AuditEvent::MemberInvited, Some(grant.user()), Some(client.ip()));
    Ok(lines)
}

/// The response to an earlier request with the same key.
async fn find_stored(
    services: &Services,
    grant: Grant,
    request: Option<&IdempotentRequest>,
) -> Result<Option<Vec<InvitationLine>>, Error> {
    let Some(request) = request else {
        return Ok(None);
    };
    let mut tx = services.db.begin(grant.to_read()).await?;
    let is_stored = idempotency::is_stored(&mut tx, grant, Some(request), services.clock.now()).await?;
    tx.commit().await?;
    if !is_stored {
        return Ok(None);
    }
    match idempotency::begin(services, grant, Some(request)).await? {
        Claim::New(_) => Ok(None),
        Claim::Replay(stored) => Ok(Some(stored)),
    }
}

/// The groups of the workspace by their folded names; empty if neither a line nor the list names a group.
///
/// # Errors
/// `not_found` if there is no such group for the list.
async fn find_groups(
    services: &Services,
    grant: Grant,
    listed: &[ListedAddress],
    of_list: Option<GroupId>,
) -> Result<HashMap<String, GroupId>, Error> {
    if of_list.is_none() && listed.iter().all(|address| address.group.is_none()) {
        return Ok(HashMap::new());
    }
    let mut tx = services.db.begin(grant.to_read()).await?;
    let groups = groups::list(&mut tx, None).await?;
    tx.commit().await?;
    if of_list.is_some_and(|id| groups.iter().all(|group| group.id != id)) {
        return Err(missing_group());
    }
    let groups = groups.into_iter().map(|group| (fold(&group.name), group.id));
    Ok(groups.collect())
}

/// Reports invalid and repeated lines; the others are candidates.
fn sort_out(
    listed: Vec<ListedAddress>,
    groups: &HashMap<String, GroupId>,
) -> (Vec<InvitationLine>, Vec<Candidate>) {
    let mut lines = Vec::with_capacity(listed.len());
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut seen: HashMap<String, u64> = HashMap::new();
    for (index, listed) in listed.into_iter().enumerate() {
        let ListedAddress {
            line,
            email,
            role,
            group,
        } = listed;
        let invalid = |detail: String| (InvitationResult::Invalid, Some(detail));
        let address = EmailAddress::parse(&email).map_err(|(_, detail)| detail);
        let group = group.map(|name| {
            let id = groups.get(&fold(&name)).copied();
            id.ok_or_else(|| format!("There is no group “{name}”. Add it under Groups first."))
        });
        let (result, detail) = match (address, role.transpose(), group.transpose()) {
            (Err(detail), ..) | (_, Err(detail), _) | (.., Err(detail)) => invalid(detail),
            (Ok(address), Ok(role), Ok(group)) => {
                let normalized = address.normalized();
                if let Some(first) = seen.get(&normalized) {
                    let detail = format!("This address is already in line {first}.");
                    (InvitationResult::Duplicate, Some(detail))
                } else {
                    seen.insert(normalized.clone(), line);
                    candidates.push(Candidate {
                        index,
                        address,
                        normalized,
                        role,
                        group,
                    });
                    (InvitationResult::Invited, None)
                }
            }
        };
        lines.push(InvitationLine {
            line,
            email,
            result,
            detail,
        });
    }
    (lines, candidates)
}

/// Reports addresses that belong to members. Owners and admins can see members anyway.
async fn skip_members(
    services: &Services,
    grant: Grant,
    lines: &mut [InvitationLine],
    candidates: &mut Vec<Candidate>,
) -> Result<(), Error> {
    let addresses: Vec<String> = candidates.iter().map(|c| c.normalized.clone()).collect();
    let members = {
        let mut conn = services.db.global_conn().await?;
        members::list_addresses(&mut conn, grant.tenant(), &addresses).await?
    };
    retain(lines, candidates, InvitationResult::AlreadyMember, |candidate| {
        !members.contains(&candidate.normalized)
    });
    Ok(())
}

/// Counts the invitations: first per recipient, so that no one gets too many emails, and then all of them together.
async fn check_limits(
    services: &Services,
    client: &ClientInfo,
    caller: &Caller,
    lines: &mut [InvitationLine],
    candidates: &mut Vec<Candidate>,
) -> Result<(), Error> {
    let addresses: Vec<&str> = candidates.iter().map(|c| c.normalized.as_str()).collect();
    let allowed = rate_limit::count_invitation_recipients(services, client, &addresses).await?;
    let mut allowed = allowed.into_iter();
    let limited = InvitationResult::RateLimited;
    retain(lines, candidates, limited, |_| allowed.next().unwrap_or(false));
    let mut left = rate_limit::count_invitations(services, caller, candidates.len()).await?;
    retain(lines, candidates, limited, |_| {
        let is_allowed = left > 0;
        left = left.saturating_sub(1);
        is_allowed
    });
    Ok(())
}

/// Keeps the candidates that pass, and reports this result for the other candidates.
fn retain(
    lines: &mut [InvitationLine],
    candidates: &mut Vec<Candidate>,
    otherwise: InvitationResult,
    mut passes: impl FnMut(&Candidate) -> bool,
) {
    candidates.retain(|candidate| {
        let is_kept = passes(candidate);
        if !is_kept && let Some(line) = lines.get_mut(candidate.index) {
            line.result = otherwise;
        }
        is_kept
    });
}

/// The values that all invitations share.
struct Sender<'a> {
    services: &'a Services,
    caller: &'a Caller,
    grant: Grant,
    /// The role of new invitations whose line names no role.
    default_role: Role,
    /// The group for lines without a group, unless a pending invitation has a group.
    default_group: Option<GroupId>,
    /// The groups of the workspace; empty if neither a line nor the list names a group.
    groups: HashSet<GroupId>,
    message: Option<&'a str>,
    now: DateTime<Utc>,
}

impl Sender<'_> {
    /// Sends the invitations, new ones as long as the quota of members allows.
    async fn invite(
        &self,
        tx: &mut GlobalTx,
        lines: &mut [InvitationLine],
        candidates: &[Candidate],
    ) -> Result<(), Error> {
        let (tenant, now) = (self.grant.tenant(), self.now);
        let addresses: Vec<String> = candidates.iter().map(|c| c.normalized.clone()).collect();
        let pending = queries::list_pending_of(tx, tenant, &addresses, now).await?;
        let count =
            members::count(tx, tenant).await? + queries::count_pending(tx.conn(), tenant, now).await?;
        let limit = quotas::member_limit(self.services, tx, tenant).await?;
        let mut left = (limit - count).max(0);
        for candidate in candidates {
            // Role and group of the list are for new people: they do not replace those of a pending invitation.
            let (earlier, earlier_group) = pending.get(&candidate.normalized).copied().unzip();
            let role = candidate.role.or(earlier).unwrap_or(self.default_role);
            let earlier_group = earlier_group.flatten().filter(|id| self.groups.contains(id));
            let group = candidate.group.or(earlier_group).or(self.default_group);
            let result = if earlier.is_some() {
                InvitationResult::Renewed
            } else if left == 0 {
                InvitationResult::OverQuota
            } else {
                left -= 1;
                InvitationResult::Invited
            };
            if result != InvitationResult::OverQuota {
                self.send(tx, candidate, role, group).await?;
            }
            if let Some(line) = lines.get_mut(candidate.index) {
                line.result = result;
                line.detail = earlier.map(|earlier| renewal_text(earlier, role));
            }
        }
        Ok(())
    }

    async fn send(
        &self,
        tx: &mut GlobalTx,
        candidate: &Candidate,
        role: Role,
        group: Option<GroupId>,
    ) -> Result<(), Error> {
        let token_hash = email::enqueue_invitation(self.services, tx, &candidate.normalized).await?;
        let new = NewInvitation {
            id: self.services.id(),
            tenant: self.grant.tenant(),
            email: candidate.address.as_str(),
            email_normalized: &candidate.normalized,
            role,
            group,
            message: self.message,
            invited_by: self.grant.user(),
            token_hash: &token_hash,
            created_at: self.now,
            expires_at: self.now + INVITATION_TTL,
        };
        let (id, _) = queries::upsert(tx, &new).await?;
        append_invited_event(self.services, tx, self.caller, id, role).await
    }
}

/// The result for a pending invitation.
fn renewal_text(earlier: Role, role: Role) -> String {
    let change = if role == earlier {
        String::new()
    } else {
        format!(", no longer as {}", earlier.as_str())
    };
    format!(
        "Sent again, as {}{change}. The earlier link no longer works.",
        role.as_str()
    )
}
