//! Parses `Authentication-Results` (RFC 8601): whether the receiving server authenticated the sender.

/// Maximum number of results read from a header; the rest are ignored.
const MAX_RESULTS: usize = 50;
const MAX_LEN: usize = 16 * 1024;

/// What the receiving server says about the domain of the From header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Authentication {
    /// DMARC passed, or SPF or DKIM passed for a domain of the same organization. Never set together with `is_forged`.
    pub is_genuine: bool,
    /// DMARC failed.
    pub is_forged: bool,
}

impl Authentication {
    /// Parses the topmost header. Those below it are not trusted, because the sender may have forged them. `from_domain` is the
    /// domain of the From header.
    pub fn parse(topmost: &[u8], from_domain: &str) -> Self {
        let value = String::from_utf8_lossy(topmost.get(..topmost.len().min(MAX_LEN)).unwrap_or(topmost));
        let value = without_comments(&value).to_ascii_lowercase();
        let (mut has_dmarc_pass, mut has_aligned_pass, mut is_forged) = (false, false, false);
        for result in value.split(';').take(MAX_RESULTS) {
            let mut words = result.split_ascii_whitespace();
            let Some((method, outcome)) = words.next().and_then(|w| w.split_once('=')) else {
                continue;
            };
            let method = method.split('/').next().unwrap_or(method);
            let properties: Vec<(&str, &str)> = words.filter_map(|w| w.split_once('=')).collect();
            let is_aligned = |names: &[&str]| {
                properties
                    .iter()
                    .filter(|(name, _)| names.contains(name))
                    .any(|(_, value)| is_same_organization(domain_of(value), from_domain))
            };
            match (method, outcome) {
                ("dmarc", "fail") => is_forged = true,
                ("dmarc", "pass") => {
                    let names_sender = properties.iter().any(|(name, _)| *name == "header.from");
                    has_dmarc_pass |= !names_sender || is_aligned(&["header.from"]);
                }
                ("dkim", "pass") => has_aligned_pass |= is_aligned(&["header.d", "header.i"]),
                ("spf", "pass") => has_aligned_pass |= is_aligned(&["smtp.mailfrom", "smtp.mail"]),
                _ => {}
            }
        }
        let has_sender = from_domain.contains('.');
        Self {
            is_genuine: has_sender && !is_forged && (has_dmarc_pass || has_aligned_pass),
            is_forged,
        }
    }
}

/// Removes comments in parentheses, because they may contain anything, even `dmarc=pass`. Also removes quotation marks.
fn without_comments(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let (mut depth, mut is_quoted, mut is_escaped) = (0_u32, false, false);
    for c in value.chars() {
        if std::mem::take(&mut is_escaped) {
            continue;
        }
        match c {
            '\\' => is_escaped = true,
            '"' if depth == 0 => is_quoted = !is_quoted,
            '(' if !is_quoted => depth += 1,
            ')' if !is_quoted => depth = depth.saturating_sub(1),
            // Drop separators, so that a quoted string stays one value.
            ';' | ' ' | '=' if is_quoted => {}
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

fn domain_of(value: &str) -> &str {
    value.rsplit('@').next().unwrap_or(value).trim_end_matches('.')
}

/// Relaxed alignment (RFC 7489 §3.1): the same organizational domain.
fn is_same_organization(a: &str, b: &str) -> bool {
    let organization = organizational_domain(a);
    organization.contains('.') && organization == organizational_domain(b)
}

/// The last two labels of a domain, or three below `co.uk` and the like.
fn organizational_domain(domain: &str) -> &str {
    const SECOND_LEVELS: [&str; 12] = [
        "co", "com", "net", "org", "edu", "gov", "ac", "or", "ne", "go", "gob", "nom",
    ];
    let mut labels = domain.rsplit('.');
    let (top, second) = (
        labels.next().unwrap_or_default(),
        labels.next().unwrap_or_default(),
    );
    let count = if top.len() == 2 && SECOND_LEVELS.contains(&second) {
        3
    } else {
        2
    };
    let start = domain
        .rmatch_indices('.')
        .nth(count - 1)
        .map_or(0, |(at, _)| at + 1);
    domain.get(start..).unwrap_or(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(header: &str) -> (bool, bool) {
        let result = Authentication::parse(header.as_bytes(), "e.linkedin.com");
        (result.is_genuine, result.is_forged)
    }

    #[test]
    fn sender_is_genuine_with_dmarc_or_an_aligned_signature() {
        for header in [
            "mx.google.com;\r\n dkim=pass header.i=@linkedin.com header.s=a;\r\n spf=pass (google.com: x) smtp.mailfrom=m@bounce.linkedin.com;\r\n dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=linkedin.com",
            "spf=none; dkim=none; dmarc=pass action=none header.from=e.linkedin.com;compauth=pass reason=100",
            "mx.example; dkim=fail header.d=linkedin.com; dkim=pass (2048-bit key) header.d=LinkedIn.com",
            "mx.example 1; spf=pass smtp.mailfrom=\"bounce@mail.linkedin.com\"",
            "mx.example; dmarc=pass",
        ] {
            assert_eq!(check(header), (true, false), "{header}");
        }
    }

    #[test]
    fn sender_is_not_genuine_without_alignment() {
        for header in [
            "",
            "mx.example; none",
            "mx.example; dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=evil.example",
            "mx.example; dkim=pass header.d=notlinkedin.com",
            "mx.example; dkim=pass header.d=com",
            "mx.example; dmarc=pass header.from=evil.example",
            "mx.example; spf=fail (dmarc=pass header.from=linkedin.com) smtp.mailfrom=x",
            "mx.example; spf=fail smtp.mailfrom=\"x; dmarc=pass\"",
            "mx.example; x-dmarc=pass header.from=linkedin.com",
        ] {
            assert_eq!(check(header), (false, false), "{header}");
        }
        let british = Authentication::parse(b"mx; dkim=pass header.d=evil.co.uk", "bank.co.uk");
        assert!(!british.is_genuine);
    }

    #[test]
    fn failed_dmarc_is_forged() {
        assert_eq!(
            check(
                "mx.example; dkim=pass header.d=linkedin.com; dmarc=fail (p=NONE) header.from=linkedin.com"
            ),
            (false, true)
        );
    }
}
