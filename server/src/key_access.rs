//! What API keys may call: the scope that a key needs for each operation, or that keys may not call it.
//!
//! The authentication of requests and the OpenAPI document use this list. A test compares both with `docs/authorization.toml`, so that no
//! operation is missing. An operation that is not listed rejects all keys.

use domain::scopes::Scope;

/// Whether an API key may call an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyAccess {
    /// A key with this scope may call it.
    Scope(Scope),
    /// No key may call it: credentials, sessions, sign-in, the keys themselves, deletion of accounts and workspaces, roles, consent to
    /// share data, and effects that outlast the key.
    Never,
}

/// The key access of the operation with this name; `None` for unknown operations and operations without authentication.
pub fn key_access(operation: &str) -> Option<KeyAccess> {
    let scoped = SCOPED
        .iter()
        .find(|(_, operations)| operations.contains(&operation))
        .map(|(scope, _)| KeyAccess::Scope(*scope));
    scoped.or_else(|| NEVER.contains(&operation).then_some(KeyAccess::Never))
}

const SCOPED: [(Scope, &[&str]); 9] = [
    (
        Scope::JobappsRead,
        &[
            "export_csv",
            "get_changes",
            "get_comments",
            "get_contacts",
            "get_csv_import",
            "get_duplicates",
            "get_file",
            "get_files",
            "get_interviews",
            "get_jobapp_detail",
            "get_jobapp_notes",
            "get_jobapps",
            "get_notes",
            "get_posting",
            "get_silence_thresholds",
            "get_status_history",
            "get_statuses",
            "get_tasks",
            "get_today",
            "get_views",
        ],
    ),
    (
        Scope::JobappsWrite,
        &[
            "add_comment",
            "add_contact",
            "add_file",
            "add_interview",
            "add_jobapp",
            "add_jobapp_note",
            "add_status",
            "add_task",
            "add_view",
            "bulk_update",
            "confirm_csv_import",
            "delete_comment",
            "delete_contact",
            "delete_file",
            "delete_interview",
            "delete_jobapp",
            "delete_jobapp_note",
            "delete_status",
            "delete_task",
            "delete_view",
            "dismiss_duplicate",
            "edit_jobapp",
            "import_csv",
            "link_contact",
            "map_csv_import",
            "merge_jobapps",
            "order_statuses",
            "restore_jobapp",
            "set_goal",
            "set_posting",
            "split_jobapp",
            "undo_merge",
            "unlink_contact",
            "update_comment",
            "update_contact",
            "update_interview",
            "update_jobapp",
            "update_jobapp_note",
            "update_silence_thresholds",
            "update_status",
            "update_task",
            "update_view",
        ],
    ),
    (
        Scope::MailRead,
        &[
            "get_import",
            "get_import_findings",
            "get_mail",
            "get_mailboxes",
            "get_mails",
            "get_review",
            "get_user_google_emails",
        ],
    ),
    (
        Scope::MailWrite,
        &[
            "cancel_import",
            "confirm_import",
            "connect_imap",
            "decide_mail",
            "disconnect_mailbox",
            "import_mails",
            "sync_mailbox",
            "sync_user_emails",
            "undo_mail",
            "update_gmail_token",
        ],
    ),
    (
        Scope::MetricsRead,
        &[
            "get_application_count_by_month",
            "get_application_count_by_month_with_total",
            "get_cohort",
            "get_count_by_jobtitle_and_statuses",
            "get_count_by_statuses",
            "get_flow",
            "get_funnel",
            "get_pace",
            "get_response_rates",
            "get_response_times",
            "get_total_application_count",
            "get_word_count",
            "query",
        ],
    ),
    (
        Scope::MembersRead,
        &[
            "get_access_requests",
            "get_clients",
            "get_grants",
            "get_groups",
            "get_invitations",
            "get_members",
            "get_profile",
            "get_tenants",
        ],
    ),
    (
        Scope::MembersManage,
        &[
            "add_group",
            "delete_group",
            "invite_member",
            "remove_member",
            "revoke_invitation",
            "set_group_members",
            "update_group",
        ],
    ),
    (
        Scope::WebhooksManage,
        &[
            "add_endpoint",
            "delete_endpoint",
            "get_deliveries",
            "get_endpoints",
            "recover",
            "redeliver",
            "rotate_secret",
            "send_test",
            "update_endpoint",
        ],
    ),
    (
        Scope::AuditRead,
        &["export_events", "get_access_log", "get_events"],
    ),
];

const NEVER: &[&str] = &[
    "accept_invitation",
    "add_domain",
    "add_key",
    "add_tenant",
    "answer_access_request",
    "change_password",
    "copy_jobapps",
    "delete_domain",
    "delete_identity_provider",
    "delete_tenant",
    "delete_user",
    "export_archive",
    "export_data",
    "get_comment_emails",
    "get_domains",
    "get_feed",
    "get_identities",
    "get_identity_provider",
    "get_joinable_tenants",
    "get_keys",
    "get_linkedin_profile",
    "get_sessions",
    "get_usage",
    "grant_access",
    "invite_members",
    "join_tenant",
    "leave_tenant",
    "logout",
    "request_access",
    "require_single_sign_on",
    "resend_activation",
    "revoke_access",
    "revoke_key",
    "revoke_other_sessions",
    "revoke_session",
    "rotate_feed",
    "set_comment_emails",
    "set_identity_provider",
    "unlink_identity",
    "update_key",
    "update_member",
    "update_profile",
    "update_tenant",
    "verify_domain",
    "withdraw_access_request",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operation_is_listed_once() {
        let all = SCOPED.iter().flat_map(|(_, operations)| *operations).chain(NEVER);
        let mut all: Vec<_> = all.collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn unknown_operation_has_no_access() {
        assert_eq!(key_access("get_moon"), None);
        assert_eq!(key_access("add_key"), Some(KeyAccess::Never));
        assert_eq!(
            key_access("get_jobapps"),
            Some(KeyAccess::Scope(Scope::JobappsRead))
        );
    }
}
