//! Groups, stages and the organization itself in the audit log.

use super::{
    Team,
    audit::{events, sentences},
};
use domain::{
    audit::AuditAction,
    jobapps::{AddStageInput, OrderStagesInput, StageColor, StageKind, UpdateStageInput},
    tenants::{AddGroupInput, GroupRef, Role, SetGroupMembersInput, UpdateGroupInput, UpdateTenantInput},
};
use service::{audit::list_subjects, jobapps, organizations};
use sqlx::PgPool;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn changes_of_groups_stages_and_the_name_are_in_the_log(pool: PgPool) {
    let team = Team::new(pool).await;
    let (services, owner) = (&team.app.services, &team.owner);
    let ben = team.join("ben", Role::Member).await;
    let before = events(&team, owner).await.len();
    let group = |name: &str| AddGroupInput { name: name.into() };
    let group_id = organizations::add_group(services, owner, None, group("Spring"))
        .await
        .expect("added")
        .id;
    let name = "Autumn".into();
    organizations::update_group(services, owner, UpdateGroupInput { group_id, name })
        .await
        .expect("renamed");
    let user_ids = vec![ben.user.id];
    organizations::set_group_members(services, owner, SetGroupMembersInput { group_id, user_ids })
        .await
        .expect("filled");
    organizations::delete_group(services, owner, GroupRef { group_id })
        .await
        .expect("deleted");
    let input = AddStageInput {
        name: "Trial day".into(),
        kind: StageKind::Interview,
        color: None,
    };
    let stage = jobapps::add_stage(services, owner, None, input)
        .await
        .expect("added");
    for _ in 0..2 {
        let input = UpdateStageInput {
            status_id: stage.id,
            name: Some(stage.value.clone()),
            kind: None,
            color: Some(Some(StageColor::Red)),
        };
        jobapps::update_stage(services, owner, input)
            .await
            .expect("colored");
    }
    let stages = jobapps::list_stages(services, owner).await.expect("stages");
    let mut status_ids: Vec<_> = stages.into_iter().map(|stage| stage.id).collect();
    status_ids.swap(1, 2);
    for _ in 0..2 {
        let status_ids = status_ids.clone();
        jobapps::order_stages(services, owner, OrderStagesInput { status_ids })
            .await
            .expect("ordered");
    }
    for _ in 0..2 {
        let input = UpdateTenantInput {
            name: Some("Career Office".into()),
            slug: None,
        };
        organizations::update_tenant(services, owner, input)
            .await
            .expect("updated");
    }
    let who = owner.user.display_name();
    let listed = events(&team, owner).await;
    assert_eq!(listed.len(), before + 8);
    let subjects = list_subjects(services, owner, &listed).await.expect("subjects");
    let deletion = listed
        .iter()
        .find(|entry| entry.action == AuditAction::GroupDeleted);
    let concerns = deletion.and_then(|entry| subjects.find(entry));
    assert_eq!(
        concerns.map(|subject| subject.label()),
        Some("Group Autumn".into())
    );
    let listed = sentences(&listed);
    for what in [
        "added the group “Spring”",
        "renamed the group “Spring” to “Autumn”",
        "changed the members of the group “Autumn”: 1 added, 0 removed",
        "deleted the group “Autumn”",
        "added the stage “Trial day”",
        "changed the color of the stage “Trial day”",
        "changed the order of the stages",
        "changed the organization's name from “Career Center” to “Career Office”",
    ] {
        let sentence = format!("{who} {what}.");
        assert!(listed.contains(&sentence), "no {sentence} in {listed:?}");
    }
}
