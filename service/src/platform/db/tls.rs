//! TLS policy for connections to Postgres.

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use std::net::IpAddr;

/// Requires TLS with a verified certificate for connections to other hosts, unless the URL explicitly says otherwise:
/// `sslmode=disable` for a private network, `require` where no certificate can be verified. `prefer` and `allow` count as
/// the default, because they do not verify the server and so allow man-in-the-middle attacks.
pub fn require_tls(options: PgConnectOptions) -> PgConnectOptions {
    let is_default = matches!(options.get_ssl_mode(), PgSslMode::Prefer | PgSslMode::Allow);
    if is_default && !is_local(&options) {
        options.ssl_mode(PgSslMode::VerifyFull)
    } else {
        options
    }
}

fn is_local(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    let name = host.trim_matches(['[', ']']);
    options.get_socket().is_some()
        || host.starts_with('/')
        || name == "localhost"
        || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remote_database_requires_verified_tls_unless_url_says_otherwise() {
        let mode = |url: &str| {
            let options: PgConnectOptions = url.parse().expect("url");
            format!("{:?}", require_tls(options).get_ssl_mode())
        };
        for remote in [
            "postgres://a:b@db.example.org/jobhax",
            "postgres://a:b@192.0.2.7/jobhax",
            "postgres://a:b@[2001:db8::1]/jobhax",
            "postgres://a:b@localhost.example.org/jobhax",
            "postgres://a:b@db.example.org/jobhax?sslmode=prefer",
            "postgres://a:b@db.example.org/jobhax?sslmode=allow",
        ] {
            assert_eq!(mode(remote), "VerifyFull", "{remote}");
        }
        for local in [
            "postgres://a:b@127.0.0.1/jobhax",
            "postgres://a:b@localhost/jobhax",
            "postgres://a:b@[::1]/jobhax",
            "postgres://a@%2Fvar%2Frun%2Fpostgresql/jobhax",
        ] {
            assert_eq!(mode(local), "Prefer", "{local}");
        }
        for (explicit, expected) in [
            ("disable", "Disable"),
            ("require", "Require"),
            ("verify-ca", "VerifyCa"),
        ] {
            let url = format!("postgres://a:b@db.example.org/jobhax?sslmode={explicit}");
            assert_eq!(mode(&url), expected, "{explicit}");
        }
    }
}
