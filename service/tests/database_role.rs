//! The startup check of the login role, with the roles of a real database.

use service::platform::db::{RoleError, check_role};
use sqlx::PgPool;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn login_role_is_accepted_and_superuser_is_rejected(pool: PgPool) {
    let owner = pool.connect_options().as_ref().clone();
    let superuser = check_role(&owner).await.expect("connected");
    assert!(
        matches!(superuser, Err(RoleError::BypassesRls(_))),
        "{superuser:?}"
    );
    let login = check_role(&owner.username("jobhax_login"))
        .await
        .expect("connected");
    assert_eq!(login, Ok(()));
}
