//! How a connection to Postgres is protected on its way.

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use std::net::IpAddr;

/// To another machine a connection is encrypted and the certificate checked, unless the address says otherwise in so many
/// words: `sslmode=disable` on a network that is one's own, `require` where nobody can check. `prefer` and `allow` are what
/// is meant when nothing is said; they would take a stranger in the middle for the database.
pub fn protected(options: PgConnectOptions) -> PgConnectOptions {
    let undecided = matches!(options.get_ssl_mode(), PgSslMode::Prefer | PgSslMode::Allow);
    if undecided && !is_here(&options) {
        options.ssl_mode(PgSslMode::VerifyFull)
    } else {
        options
    }
}

/// Whether nothing leaves this machine.
fn is_here(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    let name = host.trim_matches(['[', ']']);
    options.get_socket().is_some()
        || host.starts_with('/')
        || name == "localhost"
        || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// CF-7.
    #[test]
    fn cf_7_a_database_elsewhere_has_to_prove_itself() {
        let mode = |url: &str| {
            let options: PgConnectOptions = url.parse().expect("an address");
            format!("{:?}", protected(options).get_ssl_mode())
        };
        for elsewhere in [
            "postgres://a:b@db.example.org/jobhax",
            "postgres://a:b@192.0.2.7/jobhax",
            "postgres://a:b@[2001:db8::1]/jobhax",
            "postgres://a:b@localhost.example.org/jobhax",
            "postgres://a:b@db.example.org/jobhax?sslmode=prefer",
            "postgres://a:b@db.example.org/jobhax?sslmode=allow",
        ] {
            assert_eq!(mode(elsewhere), "VerifyFull", "{elsewhere}");
        }
        for here in [
            "postgres://a:b@127.0.0.1/jobhax",
            "postgres://a:b@localhost/jobhax",
            "postgres://a:b@[::1]/jobhax",
            "postgres://a@%2Fvar%2Frun%2Fpostgresql/jobhax",
        ] {
            assert_eq!(mode(here), "Prefer", "{here}");
        }
        for (said, taken) in [
            ("disable", "Disable"),
            ("require", "Require"),
            ("verify-ca", "VerifyCa"),
        ] {
            let url = format!("postgres://a:b@db.example.org/jobhax?sslmode={said}");
            assert_eq!(mode(&url), taken, "{said}");
        }
    }
}
