//! The members of an organization in the settings.

use crate::support::{TestServer, workspace_slug};
use sqlx::PgPool;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn list_of_addresses_is_invited_and_its_problems_are_shown(pool: PgPool) {
    let server = TestServer::new(pool);
    let (cookie, board) = server.register_on_page("owner").await;
    let slug = workspace_slug(&board).to_owned();
    server
        .execute("update tenants set kind = 'organization'; update users set email_verified_at = now()")
        .await;
    let form = format!(
        "slug={slug}&role=member&addresses=email%3Brole%0Aeve%40x.co%3Bcoach%0Anobody%3B%0Aowner%40example.org%3B"
    );
    let sent = server
        .submit_form(&cookie, "/_fn/settings/invite_members", &form)
        .await;
    assert!(sent.status.is_redirection(), "{}", sent.text);
    let flash = sent.header("set-cookie");
    let flash = flash.split(';').next().expect("a cookie");
    let cookies = format!("{cookie}; {flash}");
    let page = server
        .get_page(&cookies, &format!("/w/{slug}/settings/members"))
        .await;
    for text in [
        "1 invited, 2 not invited.",
        "nobody",
        "Is a member already.",
        "eve@x.co",
    ] {
        assert!(page.text.contains(text), "no {text} in {}", page.text);
    }
    let rejected = server
        .submit_form(
            &cookie,
            "/_fn/settings/invite_members",
            &format!("slug={slug}&role=member&addresses=+"),
        )
        .await;
    let flash = rejected.header("set-cookie");
    let flash = flash.split(';').next().expect("a cookie");
    let cookies = format!("{cookie}; {flash}");
    let page = server
        .get_page(&cookies, &format!("/w/{slug}/settings/members"))
        .await;
    assert!(page.text.contains("Enter at least one address."), "{}", page.text);
}
