//! A member of an organization whose coach may comment.

use super::{TestClient, TestServer};
use serde_json::{Value, json};

/// Clients of `mia@example.org`, and of `coach@example.org`, who owns the organization.
pub struct CoachedMember {
    /// The slug of the organization.
    pub slug: String,
    pub member: TestClient,
    pub member_id: Value,
    pub coach: TestClient,
    pub coach_id: Value,
    /// Id of an application of the member.
    pub application: Value,
}

impl CoachedMember {
    /// Adds the coach and the organization to a server where `mia` is registered.
    pub async fn add_to(server: &TestServer) -> Self {
        let coach = server.register("coach").await;
        let slug = coach.get("/tenants/get_tenants").await.expect_status(200)["data"][0]["slug"].clone();
        let slug = slug.as_str().expect("a slug").to_owned();
        for statement in [
            format!("update tenants set kind = 'organization' where slug = '{slug}'"),
            "update users set email_verified_at = now()".to_owned(),
            format!(
                "insert into memberships (tenant_id, user_id, role, display_name, joined_at)
                 select t.id, u.id, 'member', 'Mia', now() from tenants t, users u
                 where t.slug = '{slug}' and u.email = 'mia@example.org'"
            ),
        ] {
            server.execute(&statement).await;
        }
        let (coach, member) = (
            server.login_to("coach", &slug).await,
            server.login_to("mia", &slug).await,
        );
        let id = async |client: &TestClient| {
            client.get("/users/get_profile").await.expect_status(200)["data"]["id"].clone()
        };
        let (coach_id, member_id) = (id(&coach).await, id(&member).await);
        let grant = json!({"viewer_id": &coach_id, "scope": "comment"});
        member
            .post("/coaching/grant_access", grant)
            .await
            .expect_status(200);
        let body = json!({"job_title": "Baker", "company": "Hearth"});
        let application = member.add_application(body).await["id"].clone();
        Self {
            slug,
            member,
            member_id,
            coach,
            coach_id,
            application,
        }
    }
}
