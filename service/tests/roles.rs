//! RLS-2: what the check says of real logins.

use service::db::{RoleProblem, check_role};
use sqlx::PgPool;

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn the_serving_login_serves_and_a_superuser_does_not(pool: PgPool) {
    let owner = pool.connect_options().as_ref().clone();
    let refused = check_role(&owner).await.expect("reached");
    assert!(matches!(refused, Err(RoleProblem::Bypasses(_))), "{refused:?}");
    let login = check_role(&owner.username("jobhax_login"))
        .await
        .expect("reached");
    assert_eq!(login, Ok(()));
}
