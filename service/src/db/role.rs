//! Refuses to serve as a role that row level security does not bind.

use crate::Error;
use sqlx::{Connection as _, PgConnection, postgres::PgConnectOptions};

/// Why the login must not serve.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoleProblem {
    /// Row level security does not hold for it.
    #[error("the login {0} is a superuser or bypasses row level security")]
    Bypasses(String),
    /// It owns tables, so it could switch row level security off.
    #[error("the login {0} owns tables of the schema")]
    Owns(String),
    /// It cannot become the role of tenant transactions.
    #[error("the login {0} is not a member of jobhax_app")]
    NotAMember(String),
    /// Row level security of older servers has known holes.
    #[error("PostgreSQL {0} is too old; use 15.14, 16.10, 17.6 or newer")]
    TooOld(String),
}

/// What the database says about the login.
pub(super) struct LoginFacts {
    pub name: String,
    pub bypasses: bool,
    pub owns: bool,
    pub member: bool,
    pub version: i32,
    pub version_name: String,
}

/// Checks the login that will serve.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached.
pub async fn check_role(options: &PgConnectOptions) -> Result<Result<(), RoleProblem>, Error> {
    let mut conn = PgConnection::connect_with(options)
        .await
        .map_err(Error::Unavailable)?;
    let facts = super::queries::login_facts(&mut conn).await;
    let _ = conn.close().await;
    Ok(judge(facts?))
}

fn judge(facts: LoginFacts) -> Result<(), RoleProblem> {
    let (major, minor) = (facts.version / 10_000, facts.version % 10_000);
    let patched = match major {
        15 => minor >= 14,
        16 => minor >= 10,
        17 => minor >= 6,
        _ => major > 17,
    };
    if !patched {
        Err(RoleProblem::TooOld(facts.version_name))
    } else if facts.bypasses {
        Err(RoleProblem::Bypasses(facts.name))
    } else if facts.owns {
        Err(RoleProblem::Owns(facts.name))
    } else if !facts.member {
        Err(RoleProblem::NotAMember(facts.name))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> LoginFacts {
        LoginFacts {
            name: "l".into(),
            bypasses: false,
            owns: false,
            member: true,
            version: 150_018,
            version_name: "15.18".into(),
        }
    }

    /// RLS-2, RLS-13: who may serve, and on what.
    #[test]
    fn only_a_bound_member_on_a_patched_server_serves() {
        assert_eq!(judge(facts()), Ok(()));
        assert_eq!(
            judge(LoginFacts {
                bypasses: true,
                ..facts()
            }),
            Err(RoleProblem::Bypasses("l".into()))
        );
        assert_eq!(
            judge(LoginFacts {
                owns: true,
                ..facts()
            }),
            Err(RoleProblem::Owns("l".into()))
        );
        assert_eq!(
            judge(LoginFacts {
                member: false,
                ..facts()
            }),
            Err(RoleProblem::NotAMember("l".into()))
        );
        for (version, fine) in [
            (150_013, false),
            (150_014, true),
            (140_022, false),
            (160_009, false),
            (170_006, true),
            (180_000, true),
        ] {
            assert_eq!(
                judge(LoginFacts { version, ..facts() }).is_ok(),
                fine,
                "{version}"
            );
        }
    }
}
