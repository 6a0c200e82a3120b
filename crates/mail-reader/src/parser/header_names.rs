//! Names of email headers, to tell them from lines of text such as `Position: Data Analyst`.

/// In lower case.
const NAMES: [&str; 62] = [
    "accept-language",
    "apparently-to",
    "approved",
    "authentication-results",
    "auto-submitted",
    "bcc",
    "cc",
    "comments",
    "date",
    "delivered-to",
    "delivery-date",
    "disposition-notification-to",
    "domainkey-signature",
    "envelope-to",
    "errors-to",
    "fcc",
    "feedback-id",
    "followup-to",
    "from",
    "importance",
    "in-reply-to",
    "keywords",
    "lines",
    "mailing-list",
    "mbox-line",
    "message-id",
    "mime-version",
    "msip_labels",
    "newsgroups",
    "old-return-path",
    "organisation",
    "organization",
    "original-recipient",
    "path",
    "precedence",
    "priority",
    "received",
    "received-spf",
    "references",
    "reply-to",
    "require-recipient-valid-since",
    "return-path",
    "return-receipt-to",
    "savedfromemail",
    "sender",
    "sensitivity",
    "sent",
    "status",
    "subject",
    "thread-index",
    "thread-topic",
    "to",
    "user-agent",
    "vbr-info",
    "xref",
    "mail-followup-to",
    "mail-reply-to",
    "deferred-delivery",
    "expires",
    "supersedes",
    "delivered-by",
    "bounces-to",
];
/// Prefixes of further header names, in lower case.
const PREFIXES: [&str; 10] = [
    "x-",
    "arc-",
    "content-",
    "dkim-",
    "ironport-",
    "list-",
    "message-",
    "ms-",
    "resent-",
    "tls-",
];

/// Whether this is the name of an email header, in upper or lower case.
pub fn is_known(name: &[u8]) -> bool {
    let lower = name.to_ascii_lowercase();
    NAMES.iter().any(|known| known.as_bytes() == lower)
        || PREFIXES.iter().any(|prefix| {
            lower
                .strip_prefix(prefix.as_bytes())
                .is_some_and(|rest| !rest.is_empty())
        })
}
