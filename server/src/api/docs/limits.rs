//! Rate limits of single operations, in addition to the general ones.

use chrono::TimeDelta;
use service::rate_limit::{Limit, Limits};

/// The rate limits of an operation, as text.
pub(super) fn rate_limits(operation: &str) -> Vec<String> {
    let l = Limits::default();
    let limits: &[(Limit, &str)] = match operation {
        "register" => &[(l.register, "network")],
        "login" => &[(l.login_email, "email and network"), (l.login_address, "network")],
        "refresh_token" => &[(l.refresh, "session")],
        "forgot_password" | "resend_activation" => {
            &[(l.email_per_recipient, "recipient"), (l.email_per_ip, "network")]
        }
        "activate" | "reset_password" => &[(l.token_use_per_ip, "network")],
        "connect_imap" => &[(l.connect_imap, "user")],
        "add_tenant" => &[(l.organization, "user")],
        "invite_member" | "invite_members" => &[
            (l.invitation_per_tenant, "workspace, counted in invitations"),
            (l.invitation_per_recipient, "recipient"),
        ],
        "get_invitation" | "accept_invitation" => &[(l.invitation_lookup, "network")],
        "verify_domain" => &[(l.domain_lookup, "workspace")],
        "request_access" => &[(l.access_request, "user")],
        _ => &[],
    };
    limits
        .iter()
        .map(|(limit, subject)| format!("{} per {} per {subject}", limit.max, unit(limit.window)))
        .collect()
}

fn unit(window: TimeDelta) -> &'static str {
    match window.num_minutes() {
        1 => "minute",
        60 => "hour",
        _ => "day",
    }
}
