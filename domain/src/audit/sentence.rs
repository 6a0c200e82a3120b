//! Events as sentences, for the page and the CSV export.

use super::{AuditAction, AuditActorKind, AuditDetails, AuditEntry, AuditObjectKind};
use crate::{coaching::AccessScope, tenants::Role};

/// A sentence about the event, such as "Ada changed Ben's role from member to coach."
pub fn sentence(entry: &AuditEntry) -> String {
    format!("{} {}.", actor(entry), predicate(entry))
}

fn actor(entry: &AuditEntry) -> &str {
    match (entry.actor.kind, &entry.actor.name) {
        (AuditActorKind::User, Some(name)) => name,
        (AuditActorKind::User, None) => "A former member",
        (AuditActorKind::Operator, _) => "The operator",
        (AuditActorKind::System, _) => "JobHax",
    }
}

fn predicate(entry: &AuditEntry) -> String {
    let details = &entry.details;
    let object = object(entry);
    let provider = details.provider.as_deref().unwrap_or("a provider");
    let domain = details.domain.as_deref().unwrap_or("of the organization");
    let name = quoted(details.name.as_deref());
    match entry.action {
        AuditAction::Registered => "created the account".into(),
        AuditAction::SignedIn => "signed in".into(),
        AuditAction::SignedOut => "signed out".into(),
        AuditAction::SignedOutEverywhere => "signed out everywhere".into(),
        AuditAction::SessionsRevoked => "revoked other sessions".into(),
        AuditAction::RefreshTokenReused => {
            "was signed out of a session, because its token was used twice".into()
        }
        AuditAction::PasswordChanged => "changed their password".into(),
        AuditAction::PasswordReset => "reset their password".into(),
        AuditAction::SignInMethodAdded => format!("added {provider} as a sign-in method"),
        AuditAction::SignInMethodRemoved => format!("removed {provider} from their sign-in methods"),
        AuditAction::DataExported => "exported their data".into(),
        AuditAction::AuditLogExported => "exported the audit log".into(),
        AuditAction::TenantCreated => "created the organization".into(),
        AuditAction::TenantUpdated => organization_change(details),
        AuditAction::TenantDeleted => "deleted an organization".into(),
        AuditAction::MemberInvited => format!("invited someone as {}", role(details.role)),
        AuditAction::InvitationRevoked => "revoked an invitation".into(),
        AuditAction::MemberJoined => format!("joined as {}", role(details.role)),
        AuditAction::MemberLeft => "left".into(),
        AuditAction::MemberRemoved => format!("removed {object}"),
        AuditAction::AccountDeleted if is_own(entry) => "deleted their account".into(),
        AuditAction::AccountDeleted => format!("deleted the account of {object}"),
        AuditAction::RoleChanged => format!(
            "changed {} role from {} to {}",
            possessive(entry, &object),
            role(details.previous_role),
            role(details.role),
        ),
        AuditAction::DomainVerified => format!("verified the email domain {domain}"),
        AuditAction::DomainDeleted => format!("deleted the email domain {domain}"),
        AuditAction::IdentityProviderChanged => "changed the settings of single sign-on".into(),
        AuditAction::IdentityProviderActivated => "activated single sign-on".into(),
        AuditAction::IdentityProviderDeleted => "removed single sign-on".into(),
        AuditAction::SingleSignOnRequired => "made single sign-on required".into(),
        AuditAction::SingleSignOnOptional => "made single sign-on optional".into(),
        AuditAction::AccessGranted => {
            let scope = details.scope.unwrap_or(AccessScope::Read).ability();
            format!("gave {object} access to their applications ({scope})")
        }
        AuditAction::AccessRevoked if details.previous_role.is_some() => {
            format!("ended the access of {object} to applications of members by changing the role")
        }
        AuditAction::AccessRevoked => format!("revoked the access of {object} to their applications"),
        AuditAction::GroupAdded => format!("added the group {name}"),
        AuditAction::GroupRenamed => format!("renamed the group {}", renaming(details)),
        // Before `group_joined` existed, joining by an invitation was recorded as this action with the role of the invitation.
        AuditAction::GroupMembersChanged if details.role.is_some() => format!("joined the group {name}"),
        AuditAction::GroupMembersChanged => format!(
            "changed the members of the group {name}: {} added, {} removed",
            details.added.unwrap_or(0),
            details.removed.unwrap_or(0),
        ),
        AuditAction::GroupJoined => format!("joined the group {name}"),
        AuditAction::GroupFull => format!("did not join the group {name}, because it was full"),
        AuditAction::GroupDeleted => format!("deleted the group {name}"),
        AuditAction::StageAdded => format!("added the stage {name}"),
        AuditAction::StageRenamed => format!("renamed the stage {}", renaming(details)),
        AuditAction::StageRecolored => format!("changed the color of the stage {name}"),
        AuditAction::StageKindChanged => format!("changed the kind of the stage {name}"),
        AuditAction::StagesReordered => "changed the order of the stages".into(),
        AuditAction::StageDeleted => format!("deleted the stage {name}"),
        AuditAction::QuotaChanged => {
            let quota = details.quota.as_deref().unwrap_or("unknown");
            match details.limit {
                Some(limit) => format!("set the quota “{quota}” to {limit}"),
                None => format!("reset the quota “{quota}” to its default"),
            }
        }
        AuditAction::AccountLocked => format!("locked the account of {object}"),
        AuditAction::AccountUnlocked => format!("unlocked the account of {object}"),
        AuditAction::VerificationResent => format!("sent {object} the confirmation email again"),
        AuditAction::KeyAdded => "made an API key".into(),
        AuditAction::KeyUpdated => "changed an API key".into(),
        AuditAction::KeyRevoked => "revoked an API key".into(),
        AuditAction::WebhookAdded => "added a webhook endpoint".into(),
        AuditAction::WebhookUpdated => "changed a webhook endpoint".into(),
        AuditAction::WebhookDeleted => "deleted a webhook endpoint".into(),
        AuditAction::WebhookSecretRotated => "rotated the secret of a webhook endpoint".into(),
        AuditAction::WebhookDisabled => "disabled a webhook endpoint, because deliveries to it failed".into(),
    }
}

/// Which settings of the organization changed. Older events do not record this.
fn organization_change(details: &AuditDetails) -> String {
    let changes: Vec<String> = [
        ("name", &details.previous_name, &details.name),
        ("address", &details.previous_slug, &details.slug),
    ]
    .into_iter()
    .filter(|(_, previous, new)| previous.is_some() && new.is_some())
    .map(|(what, previous, new)| {
        let (previous, new) = (quoted(previous.as_deref()), quoted(new.as_deref()));
        format!("{what} from {previous} to {new}")
    })
    .collect();
    if changes.is_empty() {
        return "changed the organization's name or address".into();
    }
    format!("changed the organization's {}", changes.join(" and its "))
}

fn renaming(details: &AuditDetails) -> String {
    format!(
        "{} to {}",
        quoted(details.previous_name.as_deref()),
        quoted(details.name.as_deref())
    )
}

fn quoted(name: Option<&str>) -> String {
    format!("“{}”", name.unwrap_or("unknown"))
}

fn object(entry: &AuditEntry) -> String {
    match &entry.object {
        Some(object) => match (object.kind, &object.name) {
            (AuditObjectKind::Member, Some(name)) => name.clone(),
            (AuditObjectKind::Member, None) => "a former member".into(),
            (AuditObjectKind::Invitation, _) => "an invitation".into(),
            (AuditObjectKind::Tenant, _) => "the workspace".into(),
            (AuditObjectKind::ApiKey, _) => "an API key".into(),
            (AuditObjectKind::WebhookEndpoint, _) => "a webhook endpoint".into(),
            (AuditObjectKind::Group, _) => "a group".into(),
            (AuditObjectKind::Stage, _) => "a stage".into(),
        },
        None => "a member".into(),
    }
}

fn is_own(entry: &AuditEntry) -> bool {
    let object = entry.object.as_ref().map(|object| object.id);
    entry
        .actor
        .id
        .is_some_and(|actor| object.is_none_or(|id| id == actor.0))
}

fn possessive(entry: &AuditEntry, object: &str) -> String {
    if is_own(entry) {
        "their own".into()
    } else {
        format!("{object}'s")
    }
}

const fn role(role: Option<Role>) -> &'static str {
    match role {
        Some(Role::Owner) => "owner",
        Some(Role::Admin) => "admin",
        Some(Role::Coach) => "coach",
        Some(Role::Member) => "member",
        None => "unknown role",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        UserId,
        audit::{AuditActor, AuditObject},
    };
    use chrono::DateTime;
    use uuid::Uuid;

    fn entry(action: AuditAction, object: Option<&str>) -> AuditEntry {
        AuditEntry {
            id: Uuid::nil(),
            at: DateTime::UNIX_EPOCH,
            actor: AuditActor {
                kind: AuditActorKind::User,
                id: Some(UserId(Uuid::from_u128(1))),
                name: Some("Ada".into()),
            },
            action,
            object: object.map(|name| AuditObject {
                kind: AuditObjectKind::Member,
                id: Uuid::from_u128(2),
                name: Some(name.into()),
            }),
            address_hash: None,
            details: AuditDetails {
                role: Some(Role::Coach),
                previous_role: Some(Role::Member),
                ..AuditDetails::default()
            },
        }
    }

    #[test]
    fn changed_role_names_member_and_both_roles() {
        let mut changed = entry(AuditAction::RoleChanged, Some("Ben"));
        assert_eq!(sentence(&changed), "Ada changed Ben's role from member to coach.");
        if let Some(object) = &mut changed.object {
            object.name = None;
        }
        changed.actor = AuditActor {
            kind: AuditActorKind::Operator,
            id: None,
            name: None,
        };
        assert_eq!(
            sentence(&changed),
            "The operator changed a former member's role from member to coach."
        );
    }

    #[test]
    fn changed_organization_says_from_what_to_what() {
        let mut changed = entry(AuditAction::TenantUpdated, None);
        let text = |value: &str| Some(value.to_owned());
        changed.details.previous_name = text("Center");
        changed.details.name = text("Career Center");
        assert_eq!(
            sentence(&changed),
            "Ada changed the organization's name from “Center” to “Career Center”."
        );
        changed.details.previous_slug = text("center");
        changed.details.slug = text("career");
        assert_eq!(
            sentence(&changed),
            "Ada changed the organization's name from “Center” to “Career Center” and its address from “center” to “career”."
        );
    }

    #[test]
    fn every_action_is_a_sentence_with_its_actor() {
        for action in AuditAction::ALL {
            let text = sentence(&entry(*action, Some("Ben")));
            assert!(text.starts_with("Ada ") && text.ends_with('.'), "{text}");
            assert_eq!(AuditAction::parse(action.as_str()), Some(*action));
            assert!(!text.contains("unknown role"), "{text}");
        }
    }
}
