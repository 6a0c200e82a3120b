//! Startup check: the server refuses to run with a login role that bypasses row level security.

use super::version::{is_supported_version, supported_versions};
use crate::Error;
use sqlx::{Connection as _, PgConnection, postgres::PgConnectOptions};

/// Why the login role must not be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoleError {
    /// Row level security does not apply to the role.
    #[error("the login {0} is a superuser or bypasses row level security")]
    BypassesRls(String),
    /// The role owns tables, so it could disable row level security.
    #[error("the login {0} owns tables of the schema")]
    OwnsTables(String),
    /// The role cannot switch to the role of tenant transactions.
    #[error("the login {0} is not a member of jobhax_app")]
    NotAMember(String),
    /// The server's row level security has known holes.
    #[error("PostgreSQL {0} is too old; use {versions} or newer", versions = supported_versions())]
    UnsupportedVersion(String),
}

/// Attributes of the login role and the version of its server.
pub(super) struct RoleAttributes {
    pub name: String,
    pub bypasses_rls: bool,
    pub owns_tables: bool,
    pub is_app_member: bool,
    /// `server_version_num`: 150014 is 15.14.
    pub version: i32,
    pub version_name: String,
}

/// Checks the login role that the server will use.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached.
pub async fn check_role(options: &PgConnectOptions) -> Result<Result<(), RoleError>, Error> {
    let mut conn = PgConnection::connect_with(options)
        .await
        .map_err(Error::Unavailable)?;
    let attributes = super::queries::role_attributes(&mut conn).await;
    let _ = conn.close().await;
    Ok(validate(attributes?))
}

fn validate(role: RoleAttributes) -> Result<(), RoleError> {
    let version = role.version.unsigned_abs();
    if !is_supported_version(version / 10_000, version % 10_000) {
        Err(RoleError::UnsupportedVersion(role.version_name))
    } else if role.bypasses_rls {
        Err(RoleError::BypassesRls(role.name))
    } else if role.owns_tables {
        Err(RoleError::OwnsTables(role.name))
    } else if !role.is_app_member {
        Err(RoleError::NotAMember(role.name))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role() -> RoleAttributes {
        RoleAttributes {
            name: "l".into(),
            bypasses_rls: false,
            owns_tables: false,
            is_app_member: true,
            version: 150_018,
            version_name: "15.18".into(),
        }
    }

    #[test]
    fn only_restricted_member_on_supported_version_is_accepted() {
        assert_eq!(validate(role()), Ok(()));
        assert_eq!(
            validate(RoleAttributes {
                bypasses_rls: true,
                ..role()
            }),
            Err(RoleError::BypassesRls("l".into()))
        );
        assert_eq!(
            validate(RoleAttributes {
                owns_tables: true,
                ..role()
            }),
            Err(RoleError::OwnsTables("l".into()))
        );
        assert_eq!(
            validate(RoleAttributes {
                is_app_member: false,
                ..role()
            }),
            Err(RoleError::NotAMember("l".into()))
        );
        let old = validate(RoleAttributes {
            version: 150_013,
            version_name: "15.13".into(),
            ..role()
        })
        .expect_err("unsupported version");
        assert_eq!(
            old.to_string(),
            "PostgreSQL 15.13 is too old; use 15.14, 16.10, 17.6 or newer"
        );
    }
}
